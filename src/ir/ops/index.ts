/** The one list of tensor ops: adding an op is adding its folder and its line here. */
import type { OpDef } from '../op.ts';
import { conv } from './conv/op.ts';
import { dense } from './dense/op.ts';
import { depthwise } from './depthwise/op.ts';
import { globalreduce } from './globalreduce/op.ts';
import { maxpool } from './maxpool/op.ts';
import { pad } from './pad/op.ts';
import { quantise } from './quantise/op.ts';
import { reduce } from './reduce/op.ts';
import { sumpool } from './sumpool/op.ts';
import { thresholds } from './thresholds/op.ts';
import { window } from './window/op.ts';

// biome-ignore format: one line per op
const ALL = [
  dense,
  depthwise,
  conv,
  maxpool,
  sumpool,
  window,
  pad,
  reduce,
  globalreduce,
  quantise,
  thresholds,
] as const;

export const tensorOps: ReadonlyMap<string, OpDef> = new Map(ALL.map((op) => [op.kind, op as unknown as OpDef]));
