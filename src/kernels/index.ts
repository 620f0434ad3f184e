/** The one list of hardware kernels: adding a kernel is adding its folder and its line here. */
import type { KernelDef } from './kernel.ts';

// biome-ignore format: one line per kernel
const ALL: readonly unknown[] = [
];

export const kernels: ReadonlyMap<string, KernelDef> = new Map(
  ALL.map((k) => [(k as KernelDef).kind, k as KernelDef]),
);
