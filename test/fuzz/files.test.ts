import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import { importOnnx } from '../../src/import/onnx/import.ts';
import { type ModelProto, ModelProtoSchema } from '../../src/import/onnx/proto/onnx_pb.ts';
import { readNpy } from '../../src/num/npy.ts';
import { type Rng, rng } from '../conformance/case.ts';
import { mutate } from './mutate.ts';

const CASES = Number(process.env['SLUICE_FUZZ'] ?? 500);
const FIRST = Number(process.env['SLUICE_FUZZ_SEED'] ?? 1);
/** A damaged file is refused or imported within this time, the machine being busy with other tests. */
const MOST_MS = 20_000;
const MOST_BYTES = 2 ** 30;

const EXAMPLES = join(resolve(import.meta.dirname, '../..'), 'examples');
const files = (name: string): Uint8Array[] =>
  readdirSync(EXAMPLES, { withFileTypes: true })
    .filter((d) => d.isDirectory())
    .flatMap((d) =>
      readdirSync(join(EXAMPLES, d.name))
        .filter((f) => f.endsWith(name))
        .map((f) => join(EXAMPLES, d.name, f)),
    )
    .sort()
    // A plain array: `slice` of a Buffer copies nothing, and the cases would damage each other.
    .map((f) => Uint8Array.from(readFileSync(f)));

/** Runs a reader on damaged bytes; what it throws must be a diagnostic. */
function survives(seed: number, f: () => void): 'read' | 'refused' {
  const start = performance.now();
  const memory = process.memoryUsage();
  try {
    f();
    return 'read';
  } catch (e) {
    if (!(e instanceof DiagnosticError)) throw new Error(`seed ${seed} crashed`, { cause: e });
    expect(e.diagnostics.length, `seed ${seed}`).toBeGreaterThan(0);
    return 'refused';
  } finally {
    expect(performance.now() - start, `seed ${seed} took too long`).toBeLessThan(MOST_MS);
    const now = process.memoryUsage();
    expect(now.arrayBuffers - memory.arrayBuffers, `seed ${seed} took too much memory`).toBeLessThan(MOST_BYTES);
  }
}

const STRANGE = [-1, 0, 1, 2, 3, 255, 2 ** 16, 2 ** 31 - 1, 2 ** 31, 2 ** 40, 2 ** 62];
const NAMES = [
  'Conv',
  'Gemm',
  'MaxPool',
  'Pad',
  'Reshape',
  'Concat',
  'Transpose',
  'Softmax',
  'toString',
  '__proto__',
  '',
];

/** Damage that leaves the encoding sound: extents, attributes, operators and wires of the decoded model. */
function distort(r: Rng, m: ModelProto): void {
  const g = m.graph;
  if (!g) return;
  const node = r.pick(g.node);
  const big = (): bigint => BigInt(r.pick(STRANGE));
  switch (r.int(0, 7)) {
    case 0: {
      const t = r.pick(g.initializer);
      if (t && t.dims.length > 0) t.dims[r.int(0, t.dims.length - 1)] = big();
      return;
    }
    case 1: {
      const type = r.pick(g.input)?.type?.value;
      const dims = type?.case === 'tensorType' ? (type.value.shape?.dim ?? []) : [];
      const d = dims[r.int(0, Math.max(0, dims.length - 1))];
      if (d) d.value = { case: 'dimValue', value: big() };
      return;
    }
    case 2: {
      const a = node?.attribute[r.int(0, Math.max(0, node.attribute.length - 1))];
      if (!a) return;
      a.i = big();
      a.ints = a.ints.map((v) => (r.chance(0.5) ? big() : v));
      return;
    }
    case 3:
      if (node) node.opType = r.chance(0.3) ? r.pick(NAMES) : (r.pick(g.node)?.opType ?? '');
      return;
    case 4:
      if (node && node.input.length > 0)
        node.input[r.int(0, node.input.length - 1)] = r.pick([...g.node.flatMap((n) => n.output), '']);
      return;
    case 5:
      if (node) node.input = r.chance(0.5) ? node.input.slice(0, -1) : [...node.input, ...node.input];
      return;
    case 6: {
      const t = r.pick(g.initializer);
      if (t) t.dataType = r.int(0, 30);
      return;
    }
    default: {
      const t = r.pick(g.initializer);
      const view = t && new DataView(t.rawData.buffer, t.rawData.byteOffset, t.rawData.byteLength);
      if (view && view.byteLength >= 4)
        view.setFloat32(
          4 * r.int(0, Math.floor(view.byteLength / 4) - 1),
          r.pick([Number.NaN, Number.POSITIVE_INFINITY, 0, -1, 1e38, 1e-45]),
          true,
        );
    }
  }
}

describe('damaged files are refused with a diagnostic, or read', () => {
  const models = files('.onnx');
  const arrays = files('.npy');

  it('model files with damaged bytes', () => {
    for (let seed = FIRST; seed < FIRST + CASES; seed++) {
      const r = rng(seed);
      const bytes = mutate(r, r.pick(models));
      survives(seed, () => importOnnx(bytes));
    }
  });

  it('models with damaged meaning', () => {
    let refused = 0;
    for (let seed = FIRST; seed < FIRST + CASES; seed++) {
      const r = rng(seed);
      // The decoder shares bytes with its input: damage a copy.
      const model = fromBinary(ModelProtoSchema, r.pick(models).slice());
      for (let n = r.int(1, 3); n > 0; n--) distort(r, model);
      const bytes = toBinary(ModelProtoSchema, model);
      if (survives(seed, () => importOnnx(bytes)) === 'refused') refused++;
    }
    expect(refused).toBeGreaterThan(CASES / 4);
  });

  it('array files', () => {
    for (let seed = FIRST; seed < FIRST + CASES; seed++) {
      const r = rng(seed);
      const bytes = mutate(r, r.pick(arrays), 128);
      survives(seed, () => readNpy(bytes, 'x.npy'));
    }
  });
});
