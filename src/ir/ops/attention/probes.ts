/** Frames on which the error of an attention's design is measured: random ones of several sharpnesses, and bad cases. */
import { type ElemType, elemRange } from '../../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import type { ValueType } from '../../graph.ts';
import { type AttentionContext, shapeOf } from './shape.ts';

/** Multiplications that all frames together may take, and the least and the most of the random ones. */
const BUDGET = 2 ** 25;
const FRAMES = { least: 2, most: 16 } as const;

/** A uniform number in [0, 1) of an index: a fixed sequence (Weyl, scrambled), the same everywhere. */
function uniform(i: number): number {
  let h = Math.imul(i + 1, 0x9e3779b1) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) >>> 0;
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39) >>> 0;
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
}

function fill(type: ValueType, at: (i: number) => number): IntTensor {
  const { lo, hi } = elemRange(type.elem);
  const data = allocate(numel(type.shape), type.elem);
  for (let i = 0; i < data.length; i++) {
    const x = Math.round(at(i));
    data[i] = type.elem.kind === 'bipolar' ? (x < 0 ? -1 : 1) : Math.min(hi, Math.max(lo, x));
  }
  return { shape: type.shape, data };
}

/** Values all over a type's range, or over the part of it around its middle. */
function random(type: ValueType, seed: number, part: number): IntTensor {
  const { lo, hi } = elemRange(type.elem);
  const middle = (lo + hi) / 2;
  return fill(type, (i) => middle + (uniform(seed * 0x10000 + i) - 0.5) * (hi - lo + 0.99) * part);
}

const top = (elem: ElemType): number => elemRange(elem).hi;

/** Keys along one direction: what all queries see of key j is proportional to `level(j)`, −1 to 1. */
function* ordered(ctx: AttentionContext, values: IntTensor): Generator<readonly IntTensor[]> {
  const [q, k] = ctx.inputs as [ValueType, ValueType];
  const { keys } = shapeOf(ctx);
  const row = numel(k.shape) / keys;
  const levels: ((key: number) => number)[] = [
    () => 0,
    (key) => (keys === 1 ? 0 : (2 * key) / (keys - 1) - 1),
    (key) => (keys === 1 ? 0 : 1 - (2 * key) / (keys - 1)),
    (key) => (key === Math.floor(keys / 2) ? 1 : -1),
    (key) => (key % 2 === 0 ? 1 : 0.9),
  ];
  for (const level of levels) {
    const strong = fill(q, () => top(q.elem));
    const along = fill(k, (i) => level(Math.floor(i / row)) * top(k.elem));
    yield [strong, along, values];
  }
}

export function* probeFrames(ctx: AttentionContext): Generator<readonly IntTensor[]> {
  const { queries, keys, heads, width, valueWidth } = shapeOf(ctx);
  const [q, k, v] = ctx.inputs as [ValueType, ValueType, ValueType];
  const work = queries * keys * heads * (width + valueWidth);
  const count = Math.max(FRAMES.least, Math.min(FRAMES.most, Math.floor(BUDGET / work)));
  for (let f = 0; f < count; f++) {
    const part = 1 / (1 + (f % 4));
    yield [random(q, 3 * f, part), random(k, 3 * f + 1, part), random(v, 3 * f + 2, 1)];
  }
  yield* ordered(ctx, random(v, 9999, 1));
}
