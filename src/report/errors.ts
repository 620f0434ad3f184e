/** What rounding costs: per quantiser of the model, the integers that leave it against the real numbers that entered. */
import type { Graph, Node } from '../ir/graph.ts';
import type { QuantiseAttrs } from '../ir/ops/quantise/op.ts';
import { elemName, elemRange } from '../num/elem.ts';
import { toNumber } from '../num/rational.ts';
import { channelsOf } from '../num/scalar/check.ts';
import { parsePiece } from '../num/scalar/normal.ts';
import { realiser } from '../num/scalar/real.ts';
import type { ScalarStep, ScalarSteps } from '../num/scalar.ts';

export interface RoundingError {
  readonly node: string;
  /** The ONNX node that it came from. */
  readonly origin: string;
  readonly type: string;
  /** Root mean square of the error, in steps of the quantiser. */
  readonly rms: number;
  /** Power of the real values over that of the error, in dB; infinite where there is no error. */
  readonly snr: number;
  /** Share of the values that are further off than rounding explains. Zero as the least code is a ReLU, not a loss. */
  readonly saturated: number;
}

/** Sums over what was seen. */
interface Tally {
  n: number;
  signal: number;
  noise: number;
  saturated: number;
}

/** What a quantiser is for one channel, as a function of reals. */
interface Meaning {
  /** The function without its roundings, and without the clips behind the first: those are of codes, not of the model. */
  readonly wanted: (x: number) => number;
  /** The most that its roundings alone can be off, in steps of the result. */
  readonly reach: number;
}

/** Thresholds and signs have no step that an error could be counted in: undefined. */
function meaningOf(steps: ScalarSteps, channel: number): Meaning | undefined {
  const first = steps.findIndex((s) => s.kind === 'round');
  if (first < 0 || steps.some((s) => s.kind === 'count' || s.kind === 'sign')) return undefined;
  const real = steps.filter((s, i) => s.kind !== 'round' && !(s.kind === 'clip' && i > first));
  return { wanted: realiser(real, channel), reach: steps.reduce((r, s) => reachAfter(r, s, channel), 0) };
}

function reachAfter(reach: number, step: ScalarStep, channel: number): number {
  if (step.kind === 'round') return reach + 0.5;
  const piece = parsePiece(step, channel);
  if (piece.kind === 'affine') return reach * Math.abs(toNumber(piece.a));
  return piece.kind === 'leaky' ? reach * Math.max(1, Math.abs(toNumber(piece.slope))) : reach;
}

/** What is further off than roundings can be has saturated. */
function tallied(tally: Tally, wanted: number, code: number, reach: number): void {
  const error = Math.abs(code - wanted);
  tally.n++;
  tally.signal += wanted * wanted;
  tally.noise += error * error;
  if (error > reach + 1e-9) tally.saturated++;
}

export interface ErrorObserver {
  /** Hears of every tensor that the interpreter makes, frame by frame, in the order of the graph. */
  readonly see: (value: string, data: ArrayLike<number>) => void;
  readonly result: () => RoundingError[];
}

/** Watches the quantisers of a tensor graph while it is interpreted. */
export function errorObserver(graph: Graph): ErrorObserver {
  const watched = graph.nodes.filter((n) => n.op === 'quantise').map((node) => watcher(graph, node));
  return {
    see: (value, data) => {
      for (const w of watched) w.see(value, data);
    },
    result: () => watched.filter(({ tally }) => tally.n > 0).map(({ node, tally }) => described(graph, node, tally)),
  };
}

function watcher(graph: Graph, node: Node) {
  const { steps } = node.attrs as unknown as QuantiseAttrs;
  const [from = '', to = ''] = [node.inputs[0], node.outputs[0]];
  const type = graph.values[to];
  const relu = type !== undefined && elemRange(type.elem).lo === 0;
  const meanings = Array.from({ length: channelsOf(steps) }, (_, c) => meaningOf(steps, c));
  const tally: Tally = { n: 0, signal: 0, noise: 0, saturated: 0 };
  let entered: ArrayLike<number> = [];
  const see = (value: string, data: ArrayLike<number>): void => {
    if (value === from) entered = data;
    if (value !== to) return;
    for (let i = 0; i < data.length; i++) {
      const m = meanings[i % meanings.length];
      const wanted = m?.wanted(entered[i] as number) ?? 0;
      if (m) tallied(tally, relu ? Math.max(0, wanted) : wanted, data[i] as number, m.reach);
    }
  };
  return { node, tally, see };
}

const described = (graph: Graph, node: Node, { n, signal, noise, saturated }: Tally): RoundingError => {
  const type = graph.values[node.outputs[0] ?? ''];
  return {
    node: node.name,
    origin: node.origin.join(', '),
    type: type ? elemName(type.elem) : '',
    rms: Math.sqrt(noise / n),
    snr: noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise),
    saturated: saturated / n,
  };
};
