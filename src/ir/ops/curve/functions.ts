/** The real functions that a `curve` may stand for, and what their shape spares a table. */
import { SCALAR_FUNCTIONS } from '../../../num/scalar/functions.ts';

/**
 * How f(−a) follows from f(a), so that a table over |x| serves both sides. With T(a) = f(a) − ramp · a:
 * `even`: f(−a) = T(a); `odd`: f(−a) = −T(a); `complement`: f(−a) = 1 − T(a); `none`: it does not.
 */
export type Symmetry = 'even' | 'odd' | 'complement' | 'none';

export interface Shape {
  readonly symmetry: Symmetry;
  /** Slope of the straight line that it comes near to for large x; only the distance from it needs a table. */
  readonly ramp: number;
  /** It falls before it rises; it rises everywhere otherwise. */
  readonly valley: boolean;
}

export const CURVES = {
  gelu: { symmetry: 'even', ramp: 1, valley: true },
  gelu_tanh: { symmetry: 'even', ramp: 1, valley: true },
  silu: { symmetry: 'even', ramp: 1, valley: true },
  softplus: { symmetry: 'even', ramp: 1, valley: false },
  tanh: { symmetry: 'odd', ramp: 0, valley: false },
  erf: { symmetry: 'odd', ramp: 0, valley: false },
  softsign: { symmetry: 'odd', ramp: 0, valley: false },
  sigmoid: { symmetry: 'complement', ramp: 0, valley: false },
  exp: { symmetry: 'none', ramp: 0, valley: false },
  mish: { symmetry: 'none', ramp: 1, valley: true },
  elu: { symmetry: 'none', ramp: 1, valley: false },
} as const satisfies { readonly [name: string]: Shape };

export type CurveName = keyof typeof CURVES;

/** The function in double precision. */
export function curveFunction(name: CurveName): (x: number) => number {
  const f = SCALAR_FUNCTIONS.get(name);
  if (!f) throw new RangeError(`no function is called ${name}`);
  return f;
}
