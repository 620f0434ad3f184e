import { largestAt } from '../num/tensor.ts';
import { type Calibration, outputOf } from './calibrate.ts';
import { computed } from './network.ts';
import { type Bits, dataBits, quantised, type Steps } from './rewrite.ts';

/** How good a choice of bits is, and what it costs. */
export interface Measured {
  readonly bits: Bits;
  /** Multiplications times the bits of both operands, over those of 8 × 8 bits. */
  readonly cost: number;
  /** Share of the frames with the right class: by the labels, or else the class that the float network gives. */
  readonly accuracy: number;
  /** Squared error of the outputs over the squares of the float network's. */
  readonly error: number;
}

/** The share of frames whose class is that of the labels. */
export const accuracyOf = (outputs: readonly Float64Array[], labels: readonly number[]): number =>
  outputs.filter((o, i) => largestAt(o) === labels[i]).length / Math.max(1, outputs.length);

/** Bit operations: multiplications times the bits of weights and of data, relative to 8 bits everywhere. */
export function costOf(c: Calibration, bits: Bits): number {
  const data = dataBits(c, bits);
  const { layers } = c.sites;
  const cost = layers.reduce((sum, l, i) => sum + l.macs * (bits[i] ?? 0) * (data[i] ?? 0), 0);
  return cost / layers.reduce((sum, l) => sum + l.macs * 64, 0);
}

/** Runs the quantised network on the calibration frames. `labels` are classes, one for each frame. */
export function measurer(c: Calibration, steps: Steps, labels: readonly number[]): (bits: Bits) => Measured {
  return (bits) => {
    const graph = quantised(c, bits, steps);
    const consts = computed(graph, graph.consts);
    const outputs = c.frames.map((f) => outputOf(graph, computed(graph, new Map([...consts, ...f]))));
    let [wrong, all] = [0, 0];
    outputs.forEach((o, s) => {
      const want = c.outputs[s] ?? o;
      for (let i = 0; i < o.length; i++) {
        wrong += ((o[i] as number) - (want[i] as number)) ** 2;
        all += (want[i] as number) ** 2;
      }
    });
    return { bits, cost: costOf(c, bits), accuracy: accuracyOf(outputs, labels), error: wrong / (all || 1) };
  };
}
