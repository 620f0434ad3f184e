/** The registry of hardware kernels, by kind. */
import type { KernelDef } from './kernel.ts';
import * as list from './list.ts';

export const kernels: ReadonlyMap<string, KernelDef> = new Map(
  Object.values(list).map((kernel) => [kernel.kind, kernel as unknown as KernelDef]),
);
