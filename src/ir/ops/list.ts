/** The one list of tensor ops: adding one is adding its folder and its line here. */
export { add } from './add/op.ts';
export { concat } from './concat/op.ts';
export { conv } from './conv/op.ts';
export { dense } from './dense/op.ts';
export { depthwise } from './depthwise/op.ts';
export { globalreduce } from './globalreduce/op.ts';
export { maxpool } from './maxpool/op.ts';
export { pad } from './pad/op.ts';
export { quantise } from './quantise/op.ts';
export { reduce } from './reduce/op.ts';
export { reorder } from './reorder/op.ts';
export { requantise } from './requantise/op.ts';
export { reshape } from './reshape/op.ts';
export { sumpool } from './sumpool/op.ts';
export { table } from './table/op.ts';
export { thresholds } from './thresholds/op.ts';
export { window } from './window/op.ts';
