/** The meaning of every op, written a second time with big integers and rationals, one vector at a time. */
import { type Netlist, nodeAt, opAt } from '../../src/netlist/netlist.ts';
import { type Pin, pinsOf } from '../../src/netlist/pins.ts';
import { rational } from '../../src/num/rational.ts';
import { ROUNDINGS, roundRational } from '../../src/num/rounding.ts';

export function plainEvaluate(net: Netlist, x: readonly number[]): number[] {
  const v: bigint[] = [];
  const given = new Map(net.inputs.map((p, i) => [p.value, BigInt(x[i] as number)]));
  const bit = (p: Pin): bigint => {
    if (typeof p === 'number') return BigInt(p);
    const b = ((v[p.value] as bigint) >> BigInt(p.bit)) & 1n;
    return p.invert ? 1n - b : b;
  };
  for (let i = 0; i < net.op.length; i++) {
    const node = nodeAt(net, i);
    const { name } = opAt(net, i);
    const [a = 0n, b = 0n, c = 0n] = Array.from(node.args, (k) => v[k] ?? 0n);
    const p = Array.from(node.params, BigInt);
    const [p0 = 0n, p1 = 0n] = p;
    const index = (named: number): bigint => pinsOf(node, named).reduce((n, pin, k) => n + (bit(pin) << BigInt(k)), 0n);
    const results: Record<string, () => bigint> = {
      input: () => given.get(i) ?? 0n,
      const: () => p0,
      add: () => (a << p0) + (b << p1),
      sub: () => (a << p0) - (b << p1),
      shl: () => a << p0,
      shr: () => roundRational(rational(a, 1n << p0), ROUNDINGS[Number(p1)] ?? 'FLOOR'),
      clip: () => [p0, a, p1].sort((l, r) => (l < r ? -1 : Number(l > r)))[1] ?? 0n,
      ge: () => (a >= p0 ? 1n : 0n),
      mux: () => (a === 1n ? b : c),
      gather: () => (p0 === 1n ? BigInt.asIntN(node.args.length, index(1)) : index(1)),
      table: () => p[node.args.length + Number(index(0))] ?? 0n,
    };
    v.push(results[name]?.() ?? 0n);
  }
  return net.outputs.map((o) => Number(v[o.value]));
}
