/** Writes both layers as text of the IR: `npx tsx examples/vit-moe/generate.ts FOLDER`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printGraph } from '../../src/ir/text/index.ts';
import { encoderLayer } from './layer.ts';

const folder = process.argv[2] ?? 'build/vit-moe';
mkdirSync(folder, { recursive: true });
for (const kind of ['dense', 'moe'] as const) {
  const file = join(folder, `vit-${kind}.sir`);
  writeFileSync(file, printGraph(encoderLayer(kind)));
  process.stdout.write(`wrote ${file}\n`);
}
