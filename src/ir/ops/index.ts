/** The one list of tensor ops: adding an op is adding its folder and its line here. */
import type { OpDef } from '../op.ts';
import { add } from './add/op.ts';
import { concat } from './concat/op.ts';
import { conv } from './conv/op.ts';
import { dense } from './dense/op.ts';
import { depthwise } from './depthwise/op.ts';
import { globalreduce } from './globalreduce/op.ts';
import { maxpool } from './maxpool/op.ts';
import { pad } from './pad/op.ts';
import { quantise } from './quantise/op.ts';
import { reduce } from './reduce/op.ts';
import { reorder } from './reorder/op.ts';
import { requantise } from './requantise/op.ts';
import { reshape } from './reshape/op.ts';
import { sumpool } from './sumpool/op.ts';
import { table } from './table/op.ts';
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
  requantise,
  table,
  add,
  concat,
  reorder,
  reshape,
] as const;

export const tensorOps: ReadonlyMap<string, OpDef> = new Map(ALL.map((op) => [op.kind, op as unknown as OpDef]));
