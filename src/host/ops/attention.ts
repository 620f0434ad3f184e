/** Attention of opset 23 in double precision, without caches. */
import { numel } from '../../num/tensor.ts';
import { type HostCall, type HostOp, type HostOps, input, numberAttr } from '../op.ts';
import { broadcastStrides, type HostTensor, hostTensor, zeros } from '../tensor.ts';

/** Heads of a tensor as [B, H, S, d]: as it is, or from [B, S, H·d]. */
interface Heads {
  readonly data: Float64Array;
  readonly B: number;
  readonly H: number;
  readonly S: number;
  readonly d: number;
  readonly at: (b: number, h: number, s: number) => number;
}

function headsOf(t: HostTensor, heads: number): Heads {
  const [B = 1, p = 1, q = 1, r = 1] = t.shape;
  if (t.shape.length === 4) {
    return { data: t.data, B, H: p, S: q, d: r, at: (b, h, s) => ((b * p + h) * q + s) * r };
  }
  if (t.shape.length !== 3 || heads < 1 || q % heads !== 0)
    throw new RangeError(`an operand of [${t.shape}] in ${heads} heads`);
  const d = q / heads;
  return { data: t.data, B, H: heads, S: p, d, at: (b, h, s) => (b * p + s) * q + h * d };
}

/** What is added to the score of a query and a key: 0, a number of the mask, or minus infinity. */
function biasOf(
  call: HostCall,
  B: number,
  H: number,
  N: number,
  M: number,
): (b: number, h: number, n: number, m: number) => number {
  const mask = call.inputs[3];
  const causal = numberAttr(call.attrs, 'is_causal', 0) === 1;
  const strides = mask ? broadcastStrides(mask.shape, [B, H, N, M]) : [];
  return (b, h, n, m) => {
    if (causal && m > n) return Number.NEGATIVE_INFINITY;
    if (!mask) return 0;
    const v = mask.data[
      b * (strides[0] ?? 0) + h * (strides[1] ?? 0) + n * (strides[2] ?? 0) + m * (strides[3] ?? 0)
    ] as number;
    return mask.dtype === 'bool' ? (v === 0 ? Number.NEGATIVE_INFINITY : 0) : v;
  };
}

const attention: HostOp = (call) => {
  if (call.inputs.slice(4).some((t) => t) || call.outputs > 1)
    throw new RangeError('caches and scores are not supported');
  if (numberAttr(call.attrs, 'softcap', 0) !== 0) throw new RangeError('softcap is not supported');
  const q = headsOf(input(call, 0), numberAttr(call.attrs, 'q_num_heads', 0));
  const [k, v] = [1, 2].map((i) => headsOf(input(call, i), numberAttr(call.attrs, 'kv_num_heads', 0))) as [
    Heads,
    Heads,
  ];
  if (q.H % k.H !== 0 || k.d !== q.d || v.S !== k.S) throw new RangeError('its operands do not fit each other');
  const scale = numberAttr(call.attrs, 'scale', 1 / Math.sqrt(q.d));
  const bias = biasOf(call, q.B, q.H, q.S, k.S);
  const flat = input(call, 0).shape.length === 3;
  const shape = flat ? [q.B, q.S, q.H * v.d] : [q.B, q.H, q.S, v.d];
  const out = zeros(shape);
  const scores = new Float64Array(k.S);
  for (let i = 0; i < numel([q.B, q.H, q.S]); i++) {
    const [b, h, n] = [Math.floor(i / (q.H * q.S)), Math.floor(i / q.S) % q.H, i % q.S];
    const shared = Math.floor(h / (q.H / k.H));
    const from = q.at(b, h, n);
    for (let m = 0; m < k.S; m++) {
      const key = k.at(b, shared, m);
      let dot = 0;
      for (let c = 0; c < q.d; c++) dot += (q.data[from + c] as number) * (k.data[key + c] as number);
      scores[m] = dot * scale + bias(b, h, n, m);
    }
    const most = scores.reduce((x, y) => Math.max(x, y), Number.NEGATIVE_INFINITY);
    const weights = scores.map((s) => (most === Number.NEGATIVE_INFINITY ? 0 : Math.exp(s - most)));
    const total = weights.reduce((x, y) => x + y, 0);
    const to = flat ? (b * q.S + n) * q.H * v.d + h * v.d : i * v.d;
    weights.forEach((w, m) => {
      const value = v.at(b, shared, m);
      for (let c = 0; c < v.d; c++)
        out[to + c] = (out[to + c] as number) + (w / (total || 1)) * (v.data[value + c] as number);
    });
  }
  return [hostTensor(input(call, 0).dtype, shape, out)];
};

export const attentions: HostOps = { Attention: attention };
