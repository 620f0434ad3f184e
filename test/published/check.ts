import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import { renderDiagnostic } from '../../src/diag/render.ts';
import type { HostTensor } from '../../src/host/tensor.ts';
import { type Imported, importOnnx } from '../../src/import/onnx/import.ts';
import type { OutputPort } from '../../src/ir/graph.ts';
import { interpreter } from '../../src/ir/interpret.ts';
import type { Model } from '../../src/ir/model.ts';
import { tensorOps } from '../../src/ir/ops/index.ts';
import { verifyGraph } from '../../src/ir/verify.ts';
import { type NpyArray, readNpy } from '../../src/num/npy.ts';
import { numel } from '../../src/num/tensor.ts';
import { type Frame, framesOf, type NamedArray, realOutputs } from '../../src/run/frames.ts';
import { rng } from '../conformance/case.ts';
import { difference, floatResults, importedResults } from '../fuzz/oracle.ts';
import { fileOf, type PublishedModel, type Row } from './models.ts';

/** A model with its arrays, imported and run through the reference. */
export interface Executed extends Imported {
  readonly bytes: Uint8Array;
  readonly arrays: ReadonlyMap<string, NamedArray>;
  readonly outputs: readonly Frame[];
}

const firstLine = (e: DiagnosticError): string => {
  const more = e.diagnostics.length > 1 ? ` (and ${e.diagnostics.length - 1} more)` : '';
  return `${renderDiagnostic(e.diagnostics[0] ?? { code: '', severity: 'error', message: '' }).split('\n')[0]}${more}`;
};

/** Shapes of inputs with open axes, from the arrays that come with the model: their first axis counts samples. */
export function openShapes(m: PublishedModel, arrays: readonly NpyArray[]): { [input: string]: number[] } {
  const out: { [input: string]: number[] } = {};
  m.inputs.forEach((text, i) => {
    const parsed = /^(.*):\w+\[(.*)\]$/.exec(text);
    const dims = (parsed?.[2] ?? '').split(',');
    const array = arrays[i];
    if (dims.every((d) => /^[1-9]\d*$/.test(d)) || array?.shape.length !== dims.length + 1) return;
    out[parsed?.[1] ?? ''] = array.shape.slice(1);
  });
  return out;
}

/** Imports and runs a model on its own inputs; throws DiagnosticError where it is refused. */
function execute(folder: string, m: PublishedModel): Executed | undefined {
  const bytes = fileOf(folder, m, 'model.onnx') ?? new Uint8Array();
  const given = m.inputs.map((_, i) => fileOf(folder, m, `input_${i}.npy`));
  const read = given.flatMap((b, i) => (b ? [readNpy(b, `input_${i}.npy`)] : []));
  const imported = importOnnx(bytes, { shapes: openShapes(m, read) });
  const problems = verifyGraph(imported.model.graph, (kind) => tensorOps.get(kind));
  if (problems.length > 0) throw new Error(`${m.id}: ill-formed graph: ${problems[0]?.message}`);
  if (read.length < given.length) return undefined;
  const arrays = new Map(
    imported.model.pre.inputs.flatMap((p, i) => {
      const array = read[i];
      // Integers for an input of real numbers are meant as these numbers, not as codes of a quantiser.
      const meant = array && (m.inputs[i] ?? '').includes(':float') ? { ...array, dtype: 'f8' } : array;
      return meant ? [[p.name, { file: `input_${i}.npy`, array: meant }] as const] : [];
    }),
  );
  const run = interpreter(imported.model.graph, (kind) => tensorOps.get(kind));
  return { ...imported, bytes, arrays, outputs: framesOf(imported.model, arrays).map(run) };
}

const LAYOUT = new Set(['Reshape', 'Identity', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze', 'Dropout']);

/** True where nothing but an output scale and layout lies behind the integers. */
const scaleOnly = (model: Model): boolean =>
  model.post.nodes.every((n) => LAYOUT.has(n.op)) &&
  model.graph.outputs.every((p) => p.steps.every((s) => s.kind === 'affine'));

const shifted = (frame: Frame, by: number): Frame =>
  new Map([...frame].map(([k, t]) => [k, { ...t, data: Float64Array.from(t.data, (v) => v + by) }]));

/** The integers of the ports: a constant addend is part of them, a scale is the head's. */
function integersOf(model: Model, frame: Frame): Map<string, HostTensor> {
  const unscaled = (p: OutputPort): boolean => p.steps.every((s) => s.kind === 'affine' && s.a.every((a) => a === '1'));
  const outputs = model.graph.outputs.map((p) => (unscaled(p) ? p : { ...p, steps: [] }));
  const post = { ...model.post, outputs: model.post.inputs, nodes: [] };
  return realOutputs({ ...model, graph: { ...model.graph, outputs }, post }, frame);
}

/** Room for the float32 arithmetic of a real-valued tail, relative to the expected value. */
const FLOAT_TAIL = 1e-5;
/** Values this much smaller than the largest of a sample are compared on its scale. */
const SMALL = 1e-3;

interface Expected {
  readonly array: NpyArray;
  /** The golden array holds the integers that leave the hardware. */
  readonly integers: boolean;
}

/** How many of an output's values are not the expected ones. */
function mismatches(run: Executed, output: number, expected: Expected): { wrong: number; total: number } {
  const { model, outputs } = run;
  const { data } = expected.array;
  const name = model.post.outputs[output]?.name ?? '';
  const port = model.graph.outputs[output];
  const exact = scaleOnly(model);
  let at = 0;
  let wrong = 0;
  for (const frame of outputs) {
    const got =
      expected.integers && port ? integersOf(model, frame).get(port.name) : realOutputs(model, frame).get(name);
    const values = got?.data ?? new Float64Array();
    // Another code is one step away: the golden value's nearest code must be ours.
    const next = exact && !expected.integers ? realOutputs(model, shifted(frame, 1)).get(name)?.data : undefined;
    const want = data.subarray(at, at + values.length);
    const largest = Float64Array.from(want).reduce((m: number, v: number) => Math.max(m, Math.abs(v)), 0);
    for (let i = 0; i < values.length; i++) {
      const [v, w] = [values[i] as number, want[i] ?? Number.NaN];
      const room = next
        ? Math.abs((next[i] as number) - v) * 0.499
        : FLOAT_TAIL * Math.max(Math.abs(w), SMALL * largest);
      if (expected.integers ? v !== w : !(Math.abs((next ? v : Math.fround(v)) - w) <= room)) wrong++;
    }
    at += values.length;
  }
  return { wrong: wrong + Math.abs(data.length - at), total: data.length };
}

/** A model without vectors: its import against its own evaluation in double precision, on random inputs. */
function againstItself(folder: string, m: PublishedModel, base: Omit<Row, 'result' | 'reason'>): Row {
  const imported = importOnnx(fileOf(folder, m, 'model.onnx') ?? new Uint8Array());
  const row = { ...base, nodes: imported.model.graph.nodes.length, samples: 2 };
  const r = rng(1);
  const samples = new Map(
    imported.model.pre.inputs.map((p) => {
      const { lo, hi } = p.dtype === 'int8' ? { lo: -128, hi: 127 } : { lo: 0, hi: 255 };
      const frame = (): Float64Array => Float64Array.from({ length: numel(p.shape) }, () => r.int(lo, hi));
      return [p.name, [frame(), frame()]] as const;
    }),
  );
  try {
    const wrong = difference(
      floatResults(fileOf(folder, m, 'model.onnx') ?? new Uint8Array(), samples),
      importedResults(imported, samples),
    );
    if (wrong === undefined)
      return { ...row, result: 'equal', reason: 'its own evaluation on random inputs (no vectors)' };
    return {
      ...row,
      result: 'skipped',
      reason: `imports; no vectors; its own float evaluation rounds otherwise: ${wrong}`,
    };
  } catch (e) {
    if (e instanceof DiagnosticError) throw e;
    return { ...row, result: 'skipped', reason: `imports; no vectors; ${e instanceof Error ? e.message : e}` };
  }
}

/** Imports, runs and compares one model of the folder. */
export function check(folder: string, m: PublishedModel): { readonly row: Row; readonly run?: Executed } {
  const base = { model: m.id, tier: m.tier, nodes: 0, samples: 0 };
  try {
    const run = execute(folder, m);
    if (!run) return { row: againstItself(folder, m, base) };
    const row = { ...base, nodes: run.model.graph.nodes.length, samples: run.outputs.length };
    const results = run.model.post.outputs.flatMap((_, i) => {
      const bytes = fileOf(folder, m, `output_${i}_exact64.npy`) ?? fileOf(folder, m, `output_${i}.npy`);
      if (!bytes) return [];
      const integers = /integer tensor before/.test(m.golden.method ?? '');
      return [mismatches(run, i, { array: readNpy(bytes, `output_${i}.npy`), integers })];
    });
    if (results.length === 0)
      return { row: { ...row, result: 'skipped', reason: 'imports; the folder has no expected output' } };
    const wrong = results.reduce((n, r) => n + r.wrong, 0);
    const total = results.reduce((n, r) => n + r.total, 0);
    const assumed = run.warnings.length > 0 ? ` (${run.warnings[0]?.message})` : '';
    if (wrong > 0) return { row: { ...row, result: 'different', reason: `${wrong} of ${total} values${assumed}` } };
    const how = scaleOnly(run.model) ? 'codes' : 'values behind a real-valued tail';
    return {
      row: {
        ...row,
        result: 'equal',
        reason: `${total} ${/integer tensor before/.test(m.golden.method ?? '') ? 'integers before the head' : how}`,
      },
      run,
    };
  } catch (e) {
    if (!(e instanceof DiagnosticError)) throw new Error(`${m.id} crashed`, { cause: e });
    return { row: { ...base, result: 'refused', reason: firstLine(e) } };
  }
}
