import { expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import { type Imported, importOnnx } from '../../src/import/onnx/import.ts';
import { ARCHITECTURES } from '../../src/passes/architectures.ts';
import { PIPELINES, runPasses } from '../../src/passes/index.ts';
import { difference, floatResults, importedResults } from './oracle.ts';
import { randomNetwork } from './random.ts';

const CASES = Number(process.env['SLUICE_FUZZ'] ?? 150);
const FIRST = Number(process.env['SLUICE_FUZZ_SEED'] ?? 1);

function imported(bytes: Uint8Array): Imported | undefined {
  try {
    return importOnnx(bytes);
  } catch (e) {
    if (e instanceof DiagnosticError) return undefined;
    throw e;
  }
}

it.each(ARCHITECTURES)(
  '%s: random networks equal their own evaluation in double precision after all passes',
  (arch) => {
    let compared = 0;
    let circuits = 0;
    for (let seed = FIRST; seed < FIRST + CASES; seed++) {
      const { bytes, samples } = randomNetwork(seed);
      const model = imported(bytes)?.model;
      if (!model || model.graph.nodes.length === 0) continue;
      const { graph } = runPasses(model.graph, PIPELINES[arch], { arch });
      circuits += graph.nodes.filter((n) => n.op === 'unrolled').length;
      const lowered = importedResults({ model: { ...model, graph } }, samples);
      expect(difference(floatResults(bytes, samples), lowered), `seed ${seed}`).toBeUndefined();
      compared++;
    }
    expect(compared).toBeGreaterThan(CASES / 2);
    expect(circuits > 0).toBe(arch !== 'streaming');
  },
);
