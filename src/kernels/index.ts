/** The one list of hardware kernels: adding a kernel is adding its folder and its line here. */

import { add } from './add/kernel.ts';
import { concat } from './concat/kernel.ts';
import { dwc } from './dwc/kernel.ts';
import { fifo } from './fifo/kernel.ts';
import { fork } from './fork/kernel.ts';
import { globalpool } from './globalpool/kernel.ts';
import type { KernelDef } from './kernel.ts';
import { mvu } from './mvu/kernel.ts';
import { pad } from './pad/kernel.ts';
import { pool } from './pool/kernel.ts';
import { reorder } from './reorder/kernel.ts';
import { requantise } from './requantise/kernel.ts';
import { swg } from './swg/kernel.ts';
import { table } from './table/kernel.ts';
import { thresholds } from './thresholds/kernel.ts';
import { vvu } from './vvu/kernel.ts';

// biome-ignore format: one line per kernel
const ALL: readonly unknown[] = [
  mvu,
  vvu,
  swg,
  pad,
  pool,
  globalpool,
  thresholds,
  fifo,
  fork,
  dwc,
  requantise,
  table,
  add,
  concat,
  reorder,
];

export const kernels: ReadonlyMap<string, KernelDef> = new Map(ALL.map((k) => [(k as KernelDef).kind, k as KernelDef]));
