import type { NetOp } from '../op.ts';
import { add, subtract } from './add.ts';
import { gather, table } from './bits.ts';
import { clip } from './clip.ts';
import { constant } from './const.ts';
import { input } from './input.ts';
import { atLeast, mux } from './select.ts';
import { shl, shr } from './shift.ts';

/** Every op of a netlist; the code of an op is its place here. */
export const NET_OPS: readonly NetOp[] = [input, constant, add, subtract, shl, shr, clip, atLeast, mux, gather, table];

const CODES = new Map(NET_OPS.map((op, code) => [op.name, code]));

export const codeOf = (op: NetOp): number => NET_OPS.indexOf(op);

export const opNamed = (name: string): NetOp | undefined => NET_OPS[CODES.get(name) ?? -1];
