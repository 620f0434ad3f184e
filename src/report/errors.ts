/** What rounding costs: per quantiser of the model, the integers that leave it against the real numbers that entered. */
import type { Graph, Node } from '../ir/graph.ts';
import type { QuantiseAttrs } from '../ir/ops/quantise/op.ts';
import { elemName } from '../num/elem.ts';
import { roundNumber } from '../num/rounding.ts';
import { channelsOf } from '../num/scalar/check.ts';
import { realiser } from '../num/scalar/real.ts';
import type { ScalarStep, ScalarSteps } from '../num/scalar.ts';

export interface RoundingError {
  readonly node: string;
  /** The ONNX node that it came from. */
  readonly origin: string;
  readonly type: string;
  /** Root mean square of the error, in steps of the quantiser. */
  readonly rms: number;
  /** Power of the real values over that of the error, in dB; infinite where all were whole already. */
  readonly snr: number;
  /** Share of the values beyond the largest or the least code by more than half a step. Zero as the least code is a ReLU, not a loss. */
  readonly saturated: number;
}

type Round = Extract<ScalarStep, { kind: 'round' }>;

/** Sums over what was seen. */
export interface Tally {
  n: number;
  signal: number;
  noise: number;
  saturated: number;
}

/** Adds one value of `channel` to a tally: real before the last rounding, and what the rounding makes of it. */
function adder(steps: ScalarSteps, channel: number, tally: Tally): ((x: number) => void) | undefined {
  const at = steps.findLastIndex((s) => s.kind === 'round' || s.kind === 'count' || s.kind === 'sign');
  const last = steps[at];
  // Thresholds and signs have no step that an error could be counted in.
  if (last?.kind !== 'round') return undefined;
  const real = realiser(steps.slice(0, at), channel);
  return (x) => tallied(tally, real(x), last);
}

/** A real value meets a rounding: its power, its error and whether it saturates. */
export function tallied(tally: Tally, real: number, { mode, lo, hi }: Round): void {
  const r = lo === 0 ? Math.max(0, real) : real;
  const code = roundNumber(Math.min(Math.max(r, lo), hi), mode);
  tally.n++;
  tally.signal += r * r;
  tally.noise += (code - r) ** 2;
  if (r > hi + 0.5 || r < lo - 0.5) tally.saturated++;
}

export interface ErrorObserver {
  /** Hears of every tensor that the interpreter makes. */
  readonly see: (value: string, data: ArrayLike<number>) => void;
  readonly result: () => RoundingError[];
}

/** Watches the quantisers of a tensor graph while it is interpreted. */
export function errorObserver(graph: Graph): ErrorObserver {
  const watched = graph.nodes
    .filter((n) => n.op === 'quantise')
    .map((node) => {
      const { steps } = node.attrs as unknown as QuantiseAttrs;
      const tally: Tally = { n: 0, signal: 0, noise: 0, saturated: 0 };
      return { node, tally, adders: Array.from({ length: channelsOf(steps) }, (_, c) => adder(steps, c, tally)) };
    });
  return {
    see: (value, data) => {
      for (const { node, adders } of watched) {
        if (node.inputs[0] !== value) continue;
        for (let i = 0; i < data.length; i++) adders[i % adders.length]?.(data[i] as number);
      }
    },
    result: () => watched.filter(({ tally }) => tally.n > 0).map(({ node, tally }) => described(graph, node, tally)),
  };
}

const described = (graph: Graph, node: Node, { n, signal, noise, saturated }: Tally): RoundingError => {
  const type = graph.values[node.outputs[0] ?? ''];
  return {
    node: node.name,
    origin: node.origin.join(', '),
    type: type ? elemName(type.elem) : '',
    rms: Math.sqrt(noise / n),
    snr: 10 * Math.log10(signal / noise),
    saturated: saturated / n,
  };
};
