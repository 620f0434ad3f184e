/**
 * The library: what the command line does, for programs. Everything else under `dist/` may change without notice.
 *
 * The life of a model: `importOnnx` or a `GraphBuilder` → `runPasses(graph, STREAMING, config)` → `emitVerilog`,
 * `emitHls`; or all of it at once with `build`, `writeFileSet`, `loadBuild` and `verify`.
 */

// Errors: everything that a user can cause is a DiagnosticError with codes, subjects and help.
export { simulateCycles } from './analysis/cycle/simulate.ts';
export { type Diagnostic, DiagnosticError } from './diag/diagnostic.ts';
export { renderDiagnostic } from './diag/render.ts';

// Writing hardware.
export { type FileSet, writeFileSet } from './emit/fileset.ts';
export { emitHls, type HlsOptions } from './emit/hls/emit.ts';
export { emitVerilog } from './emit/verilog/emit.ts';

// Whole flows, as the verbs of the command line run them.
export { type BuildInput, type Built, build, readModel } from './flow/build.ts';
export { EXECUTORS, type ExecutorName } from './flow/executors.ts';
export { type LoadedBuild, loadBuild } from './flow/load-build.ts';
export { type RunOutput, runModel } from './flow/run.ts';
export { type Summary, summaryText } from './flow/summary.ts';
export { type VerifyOptions, type VerifyResult, verify } from './flow/verify.ts';

// Models: read from ONNX, built in TypeScript, or from text.
export { type Imported, importOnnx } from './import/onnx/import.ts';
export * as ops from './ir/build-ops.ts';
export { constant, GraphBuilder } from './ir/builder.ts';
export type { Const, Graph, InputPort, Node, OutputPort, ValueType } from './ir/graph.ts';
export { interpreter } from './ir/interpret.ts';
export type { Model } from './ir/model.ts';
export { tensorOps } from './ir/ops/index.ts';
export { parseModel, printModel } from './ir/text/index.ts';
export { kernels } from './kernels/index.ts';
export { lookupFor } from './kernels/lookup.ts';
export type { Solver } from './netlist/cmvm/solver.ts';

// Numbers.
export { bipolar, type ElemType, int, uint } from './num/elem.ts';
export { type NpyArray, readNpy, writeNpy } from './num/npy.ts';
export { readSafetensors, writeSafetensors } from './num/safetensors.ts';
export { type IntTensor, tensor } from './num/tensor.ts';

// Rewriting graphs.
export type { BuildConfig } from './passes/config.ts';
export { type Compiled, PIPELINES, passes, runPasses, STREAMING, UNROLLED } from './passes/index.ts';
export type { Decision, PassDef } from './passes/pass.ts';
export { threadedSolver } from './threads/pool.ts';
