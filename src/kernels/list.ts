/** The one list of hardware kernels: adding one is adding its folder and its line here. */
export { add } from './add/kernel.ts';
export { concat } from './concat/kernel.ts';
export { dwc } from './dwc/kernel.ts';
export { fifo } from './fifo/kernel.ts';
export { fork } from './fork/kernel.ts';
export { globalpool } from './globalpool/kernel.ts';
export { mvu } from './mvu/kernel.ts';
export { pad } from './pad/kernel.ts';
export { pool } from './pool/kernel.ts';
export { reorder } from './reorder/kernel.ts';
export { requantise } from './requantise/kernel.ts';
export { swg } from './swg/kernel.ts';
export { table } from './table/kernel.ts';
export { thresholds } from './thresholds/kernel.ts';
export { vvu } from './vvu/kernel.ts';
