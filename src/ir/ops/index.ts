/** The registry of tensor ops, by kind. */
import type { OpDef } from '../op.ts';
import * as list from './list.ts';

export const tensorOps: ReadonlyMap<string, OpDef> = new Map(
  Object.values(list).map((op) => [op.kind, op as unknown as OpDef]),
);
