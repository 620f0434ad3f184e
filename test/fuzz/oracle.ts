import { runHost } from '../../src/host/program.ts';
import { type HostTensor, hostTensor } from '../../src/host/tensor.ts';
import { type Imported, importOnnx } from '../../src/import/onnx/import.ts';
import { type LoadOptions, loadOnnx } from '../../src/import/onnx/load.ts';
import { interpreter } from '../../src/ir/interpret.ts';
import { verifyGraph } from '../../src/ir/verify.ts';
import { lookupFor } from '../../src/kernels/lookup.ts';
import { numel } from '../../src/num/tensor.ts';
import { framesOf, type NamedArray, realOutputs } from '../../src/run/frames.ts';

/** Model inputs of several samples: name → one flat array per sample. */
export type Samples = ReadonlyMap<string, readonly Float64Array[]>;
export type Results = readonly ReadonlyMap<string, HostTensor>[];

/** The whole model in double precision, node by node: shares no arithmetic with the import. */
export function floatResults(bytes: Uint8Array, samples: Samples, options: LoadOptions = {}): Results {
  const g = loadOnnx(bytes, options);
  const program = {
    inputs: g.inputs,
    outputs: g.outputs.map((name) => ({ name, dtype: 'float32' as const, shape: [] })),
    nodes: g.nodes,
    consts: Object.fromEntries(g.consts),
  };
  const n = samples.get(g.inputs[0]?.name ?? '')?.length ?? 0;
  return Array.from({ length: n }, (_, s) => {
    const frame = g.inputs.map(
      (i) => [i.name, hostTensor(i.dtype, i.shape, samples.get(i.name)?.[s] ?? new Float64Array())] as const,
    );
    return runHost(program, new Map(frame));
  });
}

/** The imported integer graph, or what passes made of it, between its real-valued ends. It must be well-formed. */
export function importedResults({ model }: Pick<Imported, 'model'>, samples: Samples): Results {
  const lookup = lookupFor(model.graph.level);
  const problems = verifyGraph(model.graph, lookup);
  if (problems.length > 0) throw new Error(`ill-formed: ${JSON.stringify(problems)}`);
  const arrays = new Map<string, NamedArray>();
  for (const { name, shape } of model.pre.inputs) {
    const frames = samples.get(name) ?? [];
    const size = numel(shape);
    const data = new Float64Array(frames.length * size);
    frames.forEach((f, i) => {
      data.set(f, i * size);
    });
    arrays.set(name, { file: name, array: { shape: [frames.length, ...shape], dtype: 'f8', data } });
  }
  const run = interpreter(model.graph, lookup);
  return framesOf(model, arrays).map((f) => realOutputs(model, run(f)));
}

/** Where two results differ first, in words; undefined when they are equal value by value. */
export function difference(want: Results, got: Results): string | undefined {
  if (want.length !== got.length) return `${want.length} and ${got.length} samples`;
  for (const [s, outputs] of want.entries()) {
    for (const [name, a] of outputs) {
      const b = got[s]?.get(name);
      if (!b) return `output ${name} is missing`;
      if (a.shape.join() !== b.shape.join()) return `${name}: shape [${a.shape}], imported [${b.shape}]`;
      const at = a.data.findIndex((v, i) => v !== b.data[i]);
      if (at >= 0) return `${name}[${at}] of sample ${s}: ${a.data[at]}, imported ${b.data[at]}`;
    }
  }
  return undefined;
}

/** Imports a file and compares it with the float evaluation of the same file; see {@link difference}. */
export function compareImport(bytes: Uint8Array, samples: Samples): string | undefined {
  return difference(floatResults(bytes, samples), importedResults(importOnnx(bytes), samples));
}
