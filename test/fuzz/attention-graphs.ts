/** Random attention graphs: self and cross, masked or not, all widths, few and many of everything. */
import { attention, integerInput, integerOutput } from '../../src/ir/build-ops.ts';
import { constant, GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { int, uint } from '../../src/num/elem.ts';
import { MODEL, runPasses, STREAMING } from '../../src/passes/index.ts';
import type { Rng } from '../conformance/case.ts';

export interface AttentionSample {
  readonly title: string;
  readonly model: Graph;
  readonly hardware: Graph;
}

/** Multiplications of one frame at most: RTL of many of them is simulated. */
const MOST_WORK = 6000;

export function attentionSample(rng: Rng, name: string): AttentionSample {
  const keys = rng.pick([1, 2, rng.int(1, 9), rng.int(3, 24)]);
  const queries = rng.pick([1, keys, keys, rng.int(1, 20)]);
  const heads = rng.pick([1, 1, 2, 3, 4]);
  const budget = Math.max(1, Math.floor(MOST_WORK / (queries * keys * heads)));
  const width = rng.int(1, Math.min(budget, 12));
  const valueWidth = rng.chance(0.6) ? width : rng.int(1, Math.min(budget, 12));
  const elem = () => (rng.chance(0.75) ? int : uint)(rng.int(2, 12));
  const b = new GraphBuilder(name);
  const q = integerInput(b, 'q', [queries, heads * width], elem());
  const k = integerInput(b, 'k', [keys, heads * width], elem());
  const v = integerInput(b, 'v', [keys, heads * valueWidth], elem());
  const largest = 2 ** (b.type(q).elem.bits + b.type(k).elem.bits - 2) * width;
  const scoreBits = rng.pick([0, 4, 8, 8, 12]);
  const options = {
    heads,
    scale: (rng.pick([0.3, 3, 10, 60]) * (1 + rng.int(0, 99) / 100)) / largest,
    fraction: rng.pick([0, 0, 2, 5]),
    causal: rng.chance(0.3),
    slots: rng.chance(0.4) ? 0 : rng.int(1, keys),
    scoreBits,
    mantissaBits: rng.pick([0, 9, 12]),
  };
  const mask = constant(
    [queries, keys],
    Int32Array.from({ length: queries * keys }, () => (rng.chance(0.7) ? 1 : 0)),
  );
  integerOutput(b, 'y', attention(b, 'attention', [q, k, v], options, rng.chance(0.3) ? mask : undefined));
  const folds = rng.pick([1, 2, 4, 8]);
  const model = runPasses(b.finish(), MODEL, {}).graph;
  const slowest = queries * keys * heads * Math.max(width, valueWidth);
  const config = rng.chance(0.7) ? { targetIi: Math.max(1, Math.ceil(slowest / folds)) } : {};
  const hardware = runPasses(model, STREAMING, config).graph;
  const types = [q, k, v].map((x) => `${b.type(x).elem.kind}${b.type(x).elem.bits}[${b.type(x).shape}]`).join(' ');
  return { title: `${name}: ${types} ${JSON.stringify(options)} ${JSON.stringify(config)}`, model, hardware };
}
