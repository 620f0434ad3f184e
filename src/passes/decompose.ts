import { decomposeConv } from './decompose-conv.ts';
import { definePass } from './pass.ts';

export const decompose = definePass({
  name: 'decompose',
  summary: 'Splits convolutions and pools into padding, sliding windows and the arithmetic on them.',
  level: 'tensor',
  run: decomposeConv,
});
