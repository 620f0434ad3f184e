/** The one list of hardware kernels: adding a kernel is adding its folder and its line here. */
import { globalpool } from './globalpool/kernel.ts';
import type { KernelDef } from './kernel.ts';
import { mvu } from './mvu/kernel.ts';
import { pad } from './pad/kernel.ts';
import { pool } from './pool/kernel.ts';
import { swg } from './swg/kernel.ts';

// biome-ignore format: one line per kernel
const ALL: readonly unknown[] = [
  mvu,
  swg,
  pad,
  pool,
  globalpool,
];

export const kernels: ReadonlyMap<string, KernelDef> = new Map(ALL.map((k) => [(k as KernelDef).kind, k as KernelDef]));
