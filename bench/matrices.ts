import { readFileSync } from 'node:fs';
import { random } from './random.ts';

/** A constant matrix, row-major, and the range of its inputs. */
export interface MatrixCase {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  readonly lo: number;
  readonly hi: number;
  readonly weights: readonly number[];
}

/** Signed weights of `bits` bits, of which a share is not 0; inputs of 8 bits. */
export function randomMatrix(size: number, bits: number, dense: number): MatrixCase {
  const next = random(size * 1000 + bits * 10 + Math.round(dense * 10));
  const most = 2 ** (bits - 1);
  const weights = Array.from({ length: size * size }, () => {
    const kept = next() < dense;
    const w = Math.floor(next() * 2 * most) - most;
    return kept ? w : 0;
  });
  const sparse = dense === 1 ? '' : `, ${Math.round((1 - dense) * 100)} % zeros`;
  return { name: `${size}×${size}, ${bits} bits${sparse}`, rows: size, cols: size, lo: -128, hi: 127, weights };
}

/** Rows that are one row or its negative, but for some of its weights of 8 bits. */
function similarRows(size: number, others: number): MatrixCase {
  const next = random(size * 100 + others);
  const weight = (): number => Math.floor(next() * 256) - 128;
  const row = Array.from({ length: size }, weight);
  const weights = Array.from({ length: size }, (_, r) => {
    const own = [...row];
    for (let k = 0; k < others; k++) own[Math.floor(next() * size)] = weight();
    return r % 3 === 0 ? own.map((w) => -w) : own;
  }).flat();
  return { name: `${size}×${size}, similar rows`, rows: size, cols: size, lo: -128, hi: 127, weights };
}

/** Layers of jet taggers 16-64-32-32-5, trained with weights and activations of as many bits. */
export function jetLayers(bits: 6 | 8): MatrixCase[] {
  const file = new URL(`nets/jet-mlp-w${bits}a${bits}.json`, import.meta.url);
  const layers = JSON.parse(readFileSync(file, 'utf8')) as Omit<MatrixCase, 'name'>[];
  return layers.map((l, i) => ({ ...l, name: `jet tagger ${bits} bits, layer ${i + 1}` }));
}

const RANDOM: readonly (readonly [size: number, bits: number, dense: number])[] = [
  [8, 2, 1],
  [8, 8, 1],
  [16, 4, 1],
  [16, 8, 1],
  [32, 2, 1],
  [32, 4, 1],
  [32, 8, 1],
  [64, 4, 1],
  [64, 4, 0.5],
  [64, 8, 0.5],
  [64, 8, 0.2],
  [128, 2, 1],
  [128, 4, 0.5],
  [128, 8, 0.2],
  [256, 2, 0.5],
  [256, 4, 0.2],
  [256, 8, 1],
];

export const allMatrices = (): MatrixCase[] => [
  ...RANDOM.map(([size, bits, dense]) => randomMatrix(size, bits, dense)),
  similarRows(32, 8),
  ...jetLayers(6),
  ...jetLayers(8),
];
