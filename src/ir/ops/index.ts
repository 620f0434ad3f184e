/** The one list of tensor ops: adding an op is adding its folder and its line here. */
import type { OpDef } from '../op.ts';
import { dense } from './dense/op.ts';

// biome-ignore format: one line per op
const ALL = [
  dense,
] as const;

export const tensorOps: ReadonlyMap<string, OpDef> = new Map(ALL.map((op) => [op.kind, op as unknown as OpDef]));
