/** The transcendental functions that a `function` step may name, in double precision. */

/** 2/√π · e^{−x²} · Σ 2ⁿ x^{2n+1} / (2n+1)!!: all terms of one sign, so nothing cancels. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  let term = a;
  let sum = a;
  for (let n = 1; term > sum * 1e-18; n++) {
    term *= (2 * a * a) / (2 * n + 1);
    sum += term;
  }
  return Math.sign(x) * Math.min(1, (2 / Math.sqrt(Math.PI)) * Math.exp(-a * a) * sum);
}

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
/** log(1 + eˣ) without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const hardsigmoid = (x: number): number => Math.min(Math.max(0.2 * x + 0.5, 0), 1);
const SELU_ALPHA = 1.6732632423543772;
const SELU_GAMMA = 1.0507009873554805;

/** Parameters, where ONNX has any, at their defaults. */
export const SCALAR_FUNCTIONS: ReadonlyMap<string, (x: number) => number> = new Map(
  Object.entries({
    sigmoid,
    softplus,
    hardsigmoid,
    erf,
    tanh: Math.tanh,
    exp: Math.exp,
    log: Math.log,
    sqrt: Math.sqrt,
    sin: Math.sin,
    cos: Math.cos,
    reciprocal: (x: number) => 1 / x,
    softsign: (x: number) => x / (1 + Math.abs(x)),
    gelu: (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
    gelu_tanh: (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    silu: (x: number) => x * sigmoid(x),
    mish: (x: number) => x * Math.tanh(softplus(x)),
    hardswish: (x: number) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    elu: (x: number) => (x >= 0 ? x : Math.expm1(x)),
    selu: (x: number) => SELU_GAMMA * (x >= 0 ? x : SELU_ALPHA * Math.expm1(x)),
  }),
);
