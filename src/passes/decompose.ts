import { decomposeAttention } from './decompose-attention.ts';
import { decomposeConv } from './decompose-conv.ts';
import { definePass } from './pass.ts';

export const decompose = definePass({
  name: 'decompose',
  summary: 'Splits convolutions, pools and attention into what the hardware streams.',
  level: 'tensor',
  run: (graph) => decomposeAttention(decomposeConv(graph)),
});
