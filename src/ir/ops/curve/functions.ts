/** The real functions that a `curve` may stand for, and what their shape spares a table. */
import { SCALAR_FUNCTIONS } from '../../../num/scalar/functions.ts';

/**
 * How f(−a) follows from f(a), so that a table over |x| serves both sides:
 * `ramp`: f(x) = max(x, 0) + T(|x|); `odd`: f(−a) = −f(a); `complement`: f(−a) = 1 − f(a); `plain`: it does not.
 */
export type Symmetry = 'ramp' | 'odd' | 'complement' | 'plain';

/** Symmetry, and whether the function falls before it rises (it rises everywhere otherwise). */
interface Shape {
  readonly symmetry: Symmetry;
  readonly valley: boolean;
}

export const CURVES = {
  gelu: { symmetry: 'ramp', valley: true },
  gelu_tanh: { symmetry: 'ramp', valley: true },
  silu: { symmetry: 'ramp', valley: true },
  softplus: { symmetry: 'ramp', valley: false },
  tanh: { symmetry: 'odd', valley: false },
  erf: { symmetry: 'odd', valley: false },
  softsign: { symmetry: 'odd', valley: false },
  sigmoid: { symmetry: 'complement', valley: false },
  exp: { symmetry: 'plain', valley: false },
  mish: { symmetry: 'plain', valley: true },
  elu: { symmetry: 'plain', valley: false },
  selu: { symmetry: 'plain', valley: false },
} as const satisfies { readonly [name: string]: Shape };

export type CurveName = keyof typeof CURVES;

/** The function in double precision. */
export function curveFunction(name: CurveName): (x: number) => number {
  const f = SCALAR_FUNCTIONS.get(name);
  if (!f) throw new RangeError(`no function is called ${name}`);
  return f;
}
