import type { OnnxGraph } from '../import/onnx/load.ts';
import { largestAt } from '../num/tensor.ts';
import { type Calibration, calibrate } from './calibrate.ts';
import { accuracyOf, type Measured, measurer } from './measure.ts';
import type { Tensors } from './network.ts';
import type { RangeMethod } from './ranges.ts';
import { type Bits, dataBits, quantised, type Steps, stepsOf } from './rewrite.ts';
import { CHOICES, descent, type Goal, pick, refined, sensitivity, uniforms } from './search.ts';

export interface QuantiseSettings {
  /** Bits of all layers; `auto`: each layer's own, found by a search. */
  readonly bits: number | 'auto';
  readonly ranges: RangeMethod;
  /** What the search is to reach: how much accuracy may be lost, or what share of the cost at 8 bits may be spent. */
  readonly goal: { readonly maxLoss: number } | { readonly maxCost: number };
}

export interface LayerReport {
  readonly name: string;
  readonly op: string;
  readonly macs: number;
  readonly weightBits: number;
  readonly dataBits: number;
  /** Relative squared error of the outputs where this layer alone has so many bits, in the order of `choices`. */
  readonly sensitivity?: readonly number[];
}

/** What was measured, and chosen. */
export interface QuantisationReport {
  readonly frames: number;
  readonly ranges: RangeMethod;
  /** What `accuracy` counts: right labels, or the same class as the float network. */
  readonly measure: 'labels' | 'agreement';
  readonly floatAccuracy: number;
  readonly chosen: Measured;
  readonly layers: readonly LayerReport[];
  /** Frames that the choices below were compared on; `chosen` is measured on all. */
  readonly searched?: number;
  readonly choices?: readonly number[];
  /** The same bits in all layers; with each, the best mixture found that costs no more. */
  readonly uniform?: readonly { readonly bits: number; readonly uniform: Measured; readonly mixed: Measured }[];
}

export interface Quantised {
  readonly onnx: OnnxGraph;
  readonly report: QuantisationReport;
}

/** Neighbouring choices that are measured for each cost, after the descent. */
const TRIES = 24;

/**
 * Quantises a float network after training. Frames are what its inputs hold in use; `labels` their classes, or undefined: then the
 * float network's own answer is what counts.
 */
export function quantiseNetwork(
  onnx: OnnxGraph,
  frames: readonly Tensors[],
  labels: readonly number[] | undefined,
  { bits, ranges, goal }: QuantiseSettings,
  progress: (step: string) => void = () => {},
): Quantised {
  progress(`calibrate on ${frames.length} frames`);
  const c = calibrate(onnx, frames);
  const classes = labels ?? c.outputs.map(largestAt);
  const steps = stepsOf(c, ranges);
  const measure = measurer(c, steps, classes);
  const floatAccuracy = accuracyOf(c.outputs, classes);
  const found = bits === 'auto' ? search(c, classes, steps, goal, progress) : undefined;
  const chosen = measure(found?.chosen.bits ?? c.sites.layers.map(() => Number(bits)));
  return {
    onnx: quantised(c, chosen.bits, steps),
    report: {
      frames: frames.length,
      ranges,
      measure: labels ? 'labels' : 'agreement',
      floatAccuracy,
      chosen,
      layers: layerReports(c, chosen.bits, found?.table),
      ...(found ? { searched: found.frames, choices: CHOICES, uniform: found.uniform } : {}),
    },
  };
}

/** Frames that choices are compared on: evenly spaced ones of all, for each choice is a run over them. */
const SEARCHED = 128;

const evenly = <T>(all: readonly T[]): T[] =>
  all.filter((_, i) => Math.floor((i * SEARCHED) / all.length) !== Math.floor(((i - 1) * SEARCHED) / all.length));

function search(
  whole: Calibration,
  all: readonly number[],
  steps: Steps,
  wanted: QuantiseSettings['goal'],
  progress: (step: string) => void,
) {
  const c = { ...whole, frames: evenly(whole.frames), outputs: evenly(whole.outputs) };
  const classes = evenly(all);
  const measure = measurer(c, steps, classes);
  const goal: Goal =
    'maxCost' in wanted ? { cost: wanted.maxCost } : { accuracy: accuracyOf(c.outputs, classes) - wanted.maxLoss };
  const n = c.sites.layers.length;
  const table = sensitivity(n, measure, (done) => progress(`sensitivity of layer ${done} of ${n}`));
  progress('search');
  const path = descent(c, table).map(measure);
  const same = uniforms(n, measure);
  const uniform = same.map((u, i) => {
    const start = pick([...path, ...same], { cost: u.cost }) ?? u;
    progress(`mixtures at the cost of ${CHOICES[i]} bits`);
    return { bits: CHOICES[i] ?? 0, uniform: u, mixed: refined(c, start, u.cost, measure, TRIES) };
  });
  const candidates = [...path, ...same, ...uniform.map((u) => u.mixed)];
  const first = pick(candidates, goal) ?? candidates.reduce((a, b) => (b.cost < a.cost ? b : a));
  const chosen = 'cost' in goal ? refined(c, first, goal.cost, measure, TRIES) : first;
  return { chosen, table, uniform, frames: c.frames.length };
}

function layerReports(c: Calibration, bits: Bits, table: readonly (readonly number[])[] | undefined): LayerReport[] {
  const data = dataBits(c, bits);
  return c.sites.layers.map(({ name, op, macs }, i) => {
    const row = table?.[i];
    return {
      name,
      op,
      macs,
      weightBits: bits[i] ?? 0,
      dataBits: data[i] ?? 0,
      ...(row ? { sensitivity: row } : {}),
    };
  });
}
