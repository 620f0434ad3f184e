/** Writes the models of this folder: attention alone, made by the builder. `npx tsx examples/attention/generate.ts` */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { attention, integerInput, integerOutput } from '../../src/ir/build-ops.ts';
import { GraphBuilder } from '../../src/ir/builder.ts';
import { printGraph } from '../../src/ir/text/index.ts';
import { int } from '../../src/num/elem.ts';

/** Sequence lengths, and the queries that are looked at in parallel. */
export const LENGTHS = [
  { length: 64, slots: 8 },
  { length: 512, slots: 16 },
] as const;

const HEAD = 64;
/** Scores of uniform 8-bit queries and keys get a standard deviation of 0.7. */
const SCALE = 1.6e-5;

/** One head of 64 elements; 8-bit queries, keys, values and scores, weights of 10 bits, 4 fraction bits in the result. */
export function modelText({ length, slots }: (typeof LENGTHS)[number]): string {
  const b = new GraphBuilder(`attention${length}`);
  const operands = [
    integerInput(b, 'q', [length, HEAD], int(8)),
    integerInput(b, 'k', [length, HEAD], int(8)),
    integerInput(b, 'v', [length, HEAD], int(8)),
  ] as const;
  const options = { scale: SCALE, fraction: 4, slots, scoreBits: 8, stepBits: 5, mantissaBits: 10 };
  integerOutput(b, 'y', attention(b, 'attention', operands, options));
  return printGraph(b.finish());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const size of LENGTHS) {
    writeFileSync(new URL(`attention${size.length}.sir`, import.meta.url), modelText(size));
  }
}
