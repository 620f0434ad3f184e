import type { BuildInput } from '../src/flow/build.ts';
import { dense, integerInput, integerOutput, matrix, quantise } from '../src/ir/build-ops.ts';
import { GraphBuilder } from '../src/ir/builder.ts';
import { modelOf } from '../src/ir/model.ts';
import { int } from '../src/num/elem.ts';
import type { BuildConfig } from '../src/passes/config.ts';
import { random } from './random.ts';

/** A network of these sizes: weights of 4 bits, half of them 0; activations of 7 bits, rounded down. */
export function randomPerceptron(sizes: readonly number[], config: BuildConfig): BuildInput {
  const next = random(1);
  const b = new GraphBuilder('random');
  const weight = (): number => (next() < 0.5 ? 0 : Math.floor(next() * 16) - 8);
  let x = integerInput(b, 'x', [sizes[0] ?? 1], int(8));
  sizes.slice(1).forEach((size, i) => {
    const rows = Array.from({ length: size }, () => Array.from({ length: sizes[i] ?? 1 }, weight));
    const bias = Array.from({ length: size }, () => `${Math.floor(next() * 512) - 256}/256`);
    x = quantise(b, `q${i}`, dense(b, `fc${i}`, x, matrix(rows, int(4))), [
      { kind: 'affine', a: ['1/256'], b: bias },
      { kind: 'leaky', slope: ['0'] },
      { kind: 'affine', a: ['16'], b: ['0'] },
      { kind: 'round', mode: 'FLOOR', lo: 0, hi: 127 },
    ]);
  });
  integerOutput(b, 'y', x);
  return { bytes: new Uint8Array(), file: 'random', name: 'random', text: modelOf(b.finish()), config };
}
