/**
 * Softmax and top-k of one token in integers. A logit becomes a code of an exponential (`exponential.ts`): a mantissa and
 * an octave. The sum runs at the largest octave so far, so that a new one costs a rounding shift and no multiplication;
 * each chosen expert's gate is one exactly rounded division.
 */
import { roundShift } from '../../../num/round-shift.ts';
import type { IntArray } from '../../../num/tensor.ts';
import { type Coding, codeOf, OnlineSum } from '../exponential.ts';

/** The integers of a designed softmax: logits to codes, `2^stepBits` codes per octave, mantissas of `mantissaBits`. */
export type RouteDesign = Coding & { readonly stepBits: number; readonly mantissaBits: number };

/** What to choose: k experts; gates in units of 2^-fraction, of all experts or of the chosen ones. */
export interface Choosing {
  readonly k: number;
  readonly renormalise: boolean;
  readonly fraction: number;
}

/** One expert that a token goes to. */
export interface Choice {
  readonly expert: number;
  readonly gate: number;
}

/** Bits of the gate's field in a code: 2^fraction itself must fit. */
const gateBits = (fraction: number): number => fraction + 1;

/** `expert · 2^gateBits + gate`. */
export const routeCode = ({ expert, gate }: Choice, fraction: number): number =>
  expert * 2 ** gateBits(fraction) + gate;

/** Indices of the k largest, in descending order; of equal ones the lower index is the larger. */
export function largest(logits: IntArray, k: number): number[] {
  const order: number[] = [];
  logits.forEach((x, i) => {
    let at = order.length;
    while (at > 0 && (logits[order[at - 1] as number] as number) < x) at--;
    order.splice(at, 0, i);
    if (order.length > k) order.pop();
  });
  return order;
}

/** The choices of one token, largest logit first, as hardware computes them. */
export function designedChoices(logits: IntArray, what: Choosing, design: RouteDesign, table: IntArray): Choice[] {
  const { k, renormalise, fraction } = what;
  const codes = Array.from(logits, (x) => codeOf(x, design));
  const online = new OnlineSum(0, design.stepBits, table);
  for (const code of codes) online.add(code, logits, 0);
  const octave = (code: number): number => Math.floor(code / 2 ** design.stepBits);
  const top = octave(Math.max(...codes));
  const order = largest(logits, k);
  // Rounding twice, as in the sum, never gives less than rounding once: no part is larger than the whole.
  const parts = order.map((i) => {
    const code = codes[i] as number;
    return roundShift(table[code % table.length] as number, top - octave(code));
  });
  const whole = renormalise ? parts.reduce((a, b) => a + b, 0) : online.denominator;
  return order.map((expert, j) => ({
    expert,
    gate: Math.floor((2 ** (fraction + 1) * (parts[j] as number) + whole) / (2 * whole)),
  }));
}

/** The same in real numbers, rounded once, half up: what the op means. `scale`: the real value of one unit of a logit. */
export function idealChoices(logits: IntArray, what: Choosing & { readonly scale: number }): Choice[] {
  const { k, renormalise, fraction, scale } = what;
  const order = largest(logits, k);
  const most = logits[order[0] as number] as number;
  const exp = Array.from(logits, (x) => Math.exp(scale * (x - most)));
  const parts = order.map((i) => exp[i] as number);
  const whole = (renormalise ? parts : exp).reduce((a, b) => a + b, 0);
  return order.map((expert, j) => ({
    expert,
    gate: Math.floor((2 ** fraction * (parts[j] as number)) / whole + 0.5),
  }));
}
