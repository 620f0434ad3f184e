import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import { hostOps } from '../../src/host/ops/index.ts';
import { runHost } from '../../src/host/program.ts';
import { type HostTensor, isFloat } from '../../src/host/tensor.ts';
import { importOnnx } from '../../src/import/onnx/import.ts';
import { loadOnnx } from '../../src/import/onnx/load.ts';
import { ModelProtoSchema, type TensorProto, TensorProtoSchema } from '../../src/import/onnx/proto/onnx_pb.ts';
import { readTensor } from '../../src/import/onnx/tensors.ts';
import { interpreter } from '../../src/ir/interpret.ts';
import { tensorOps } from '../../src/ir/ops/index.ts';
import { framesOf, realOutputs } from '../../src/run/frames.ts';

export interface NodeTest {
  readonly name: string;
  /** How it was run: as integer hardware, or by the host's arithmetic. */
  readonly how: 'hardware' | 'host' | 'not applicable';
  readonly equal: boolean;
  readonly reason: string;
}

interface Data {
  readonly bytes: Uint8Array;
  readonly inputs: readonly TensorProto[];
  readonly outputs: readonly HostTensor[];
}

function readData(dir: string): Data {
  const read = (kind: string): TensorProto[] => {
    const out: TensorProto[] = [];
    for (let i = 0; existsSync(join(dir, 'test_data_set_0', `${kind}_${i}.pb`)); i++)
      out.push(fromBinary(TensorProtoSchema, readFileSync(join(dir, 'test_data_set_0', `${kind}_${i}.pb`))));
    return out;
  };
  const outputs = read('output').map((t) => readTensor(t));
  return { bytes: readFileSync(join(dir, 'model.onnx')), inputs: read('input'), outputs };
}

/** The model with all inputs but the first bound to the test's data. */
function bound({ bytes, inputs }: Data): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  const names = model.graph?.input.map((i) => i.name) ?? [];
  const extra = inputs.slice(1).map((t, i) => create(TensorProtoSchema, { ...t, name: names[i + 1] ?? '' }));
  model.graph?.initializer.push(...extra);
  return toBinary(ModelProtoSchema, model);
}

/** Results of the integer graph; undefined when the test does not become one. */
function onHardware(data: Data): readonly HostTensor[] | undefined {
  const { model, warnings } = importOnnx(bound(data));
  const tail = model.post.nodes.some((n) => !['Reshape', 'Identity'].includes(n.op));
  const first = model.pre.inputs[0];
  if (warnings.length > 0 || tail || !first || model.pre.inputs.length !== 1) return undefined;
  const t = readTensor(data.inputs[0] as TensorProto);
  const array = { shape: [1, ...t.shape], dtype: 'f8', data: t.data };
  const frames = framesOf(model, new Map([[first.name, { file: first.name, array }]]));
  const run = interpreter(model.graph, (kind) => tensorOps.get(kind));
  const results = frames.map((f) => realOutputs(model, run(f)))[0];
  return model.post.outputs.map((o) => results?.get(o.name) as HostTensor);
}

function onHost(data: Data): readonly HostTensor[] {
  const g = loadOnnx(data.bytes);
  const inputs = new Map(g.inputs.map((v, i) => [v.name, readTensor(data.inputs[i] as TensorProto)] as const));
  const outputs = g.outputs.map((name) => ({ name, dtype: 'float32' as const, shape: [] }));
  const program = { inputs: g.inputs, outputs, nodes: g.nodes, consts: Object.fromEntries(g.consts) };
  const results = runHost(program, inputs);
  return g.outputs.map((name) => results.get(name) as HostTensor);
}

/** Some expectations (and the inputs behind them) are written down with four decimals. */
const fourDecimals = (t: HostTensor): boolean =>
  t.data.every((v) => Math.abs(v * 1e4 - Math.round(v * 1e4)) < 1e-3) && !t.data.every(Number.isInteger);

/** Integers are equal; real numbers of the host agree to 1e-5 of their size (float32 expectations), 1e-3 for half. */
function same(got: readonly HostTensor[], want: readonly HostTensor[], exact: boolean): string {
  for (const [k, w] of want.entries()) {
    const g = got[k];
    if (g?.shape.join() !== w.shape.join()) return `output ${k}: shape [${g?.shape}], expected [${w.shape}]`;
    const room = exact || !isFloat(w.dtype) ? 0 : w.dtype === 'float16' ? 1e-3 : fourDecimals(w) ? 1e-4 : 1e-5;
    const at = w.data.findIndex((v, i) => {
      const x = g.data[i] as number;
      return (
        x !== v && !(Math.abs((exact && isFloat(w.dtype) ? Math.fround(x) : x) - v) <= room * Math.max(1, Math.abs(v)))
      );
    });
    if (at >= 0) return `output ${k}[${at}]: ${g.data[at]}, expected ${w.data[at]}`;
  }
  return '';
}

function runTest(name: string, dir: string): NodeTest {
  const data = readData(dir);
  let ops: string[];
  try {
    const g = loadOnnx(data.bytes);
    ops = g.nodes.map((n) => n.op);
  } catch (e) {
    if (!(e instanceof DiagnosticError)) throw e;
    return { name, how: 'not applicable', equal: true, reason: e.message };
  }
  let refused = '';
  try {
    const hardware = onHardware(data);
    if (hardware) {
      const reason = same(hardware, data.outputs, true);
      return { name, how: 'hardware', equal: reason === '', reason };
    }
  } catch (e) {
    if (!(e instanceof DiagnosticError)) throw new Error(`${name} crashed`, { cause: e });
    refused = e.diagnostics[0]?.message ?? '';
  }
  const unknown = ops.filter((op) => !hostOps.has(op));
  if (unknown.length > 0) {
    const reason = refused || `${unknown.join(', ')} is not imported`;
    return { name, how: 'not applicable', equal: true, reason };
  }
  try {
    const reason = same(onHost(data), data.outputs, false);
    return { name, how: 'host', equal: reason === '', reason };
  } catch (e) {
    if (!(e instanceof RangeError)) throw new Error(`${name} crashed`, { cause: e });
    return { name, how: 'not applicable', equal: true, reason: e.message };
  }
}

/** Runs ONNX's own tests of single operators. */
export function nodeSuite(folder: string): NodeTest[] {
  const root = join(folder, 'onnx-node');
  return readdirSync(root)
    .sort()
    .map((name) => runTest(name, join(root, name)));
}
