import { NetlistBuilder } from '../../src/netlist/builder.ts';
import type { Netlist } from '../../src/netlist/netlist.ts';
import type { Pin } from '../../src/netlist/pins.ts';
import type { Interval } from '../../src/num/elem.ts';
import { ROUNDINGS } from '../../src/num/rounding.ts';

export type Draw = (lo: number, hi: number) => number;

/** Integers of an interval from a seed (xorshift32). */
export function drawer(seed: number): Draw {
  let s = Math.imul(seed + 1, 0x9e3779b9) | 1;
  return (lo, hi) => {
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    return lo + ((s >>> 0) % (hi - lo + 1));
  };
}

function randomInput(b: NetlistBuilder, draw: Draw, i: number): number {
  const zeros = draw(0, 3) === 0 ? draw(1, 3) : 0;
  const lo = draw(-20, 10) * 2 ** zeros;
  return b.input(`x${i}`, { lo, hi: lo + draw(0, 30) * 2 ** zeros }, zeros);
}

function randomPins(draw: Draw, values: readonly number[], most: number): Pin[] {
  return Array.from({ length: draw(1, most) }, () => {
    if (draw(0, 9) === 0) return draw(0, 1) === 0 ? 0 : 1;
    return { value: values[draw(0, values.length - 1)] as number, bit: draw(0, 9), invert: draw(0, 1) === 1 };
  });
}

/** One random node on the values so far. */
function randomNode(b: NetlistBuilder, draw: Draw, values: readonly number[]): number {
  const any = (): number => values[draw(Math.max(0, values.length - 12), values.length - 1)] as number;
  const [v, w] = [any(), any()];
  const r = b.range(v);
  const inside = (): number => draw(Math.max(r.lo, -1e6) - 2, Math.min(r.hi, 1e6) + 2);
  const small = Math.max(-r.lo, r.hi) < 2 ** 40;
  switch (draw(0, 8)) {
    case 0:
      return small ? b.add(v, draw(0, 3), w, draw(0, 1)) : b.shr(v, 30, 'FLOOR');
    case 1:
      return small ? b.sub(v, draw(0, 1), w, draw(0, 3)) : b.shr(v, 30, 'DOWN');
    case 2:
      return small ? b.shl(v, draw(0, 3)) : v;
    case 3:
      return b.shr(v, draw(0, 5), ROUNDINGS[draw(0, ROUNDINGS.length - 1)] ?? 'FLOOR');
    case 4: {
      const [x, y] = [inside(), inside()];
      return b.clip(v, Math.min(x, y), Math.max(x, y));
    }
    case 5:
      return b.atLeast(v, inside());
    case 6:
      return b.mux(b.atLeast(v, inside()), v, w);
    case 7:
      return b.gather(randomPins(draw, values, 10), draw(0, 1) === 1);
    default: {
      const pins = randomPins(draw, values, 4);
      return b.table(
        pins,
        Array.from({ length: 2 ** pins.length }, () => draw(-9, 9)),
      );
    }
  }
}

export interface RandomNet {
  readonly net: Netlist;
  readonly ranges: readonly Interval[];
  readonly zeros: readonly number[];
}

/** Appends random nodes of every op to the values that are there. */
export function drawNodes(b: NetlistBuilder, draw: Draw, values: number[], nodes: number): void {
  for (let i = 0; i < nodes; i++) values.push(randomNode(b, draw, values));
}

/** A netlist of every op, drawn from a seed. */
export function randomNet(seed: number, nodes = 40): RandomNet {
  const draw = drawer(seed);
  const b = new NetlistBuilder();
  const values = Array.from({ length: draw(1, 5) }, (_, i) => randomInput(b, draw, i));
  const ranges = values.map((v) => b.range(v));
  const zeros = values.map((v) => b.known.zeros(v));
  values.push(b.constant(draw(-9, 9)));
  drawNodes(b, draw, values, nodes);
  values.slice(-4).forEach((v, i) => {
    b.output(`y${i}`, v);
  });
  return { net: b.finish(`random ${seed}`), ranges, zeros };
}

/** Vectors of inputs, the corners among them. */
export function randomInputs({ ranges, zeros }: RandomNet, vectors: number, draw: Draw): Float64Array {
  const x = new Float64Array(vectors * ranges.length);
  for (let i = 0; i < x.length; i++) {
    const k = i % ranges.length;
    const { lo, hi } = ranges[k] as Interval;
    const step = 2 ** (zeros[k] as number);
    const corner = draw(0, 3);
    x[i] = corner === 0 ? lo : corner === 1 ? hi : draw(lo / step, hi / step) * step;
  }
  return x;
}
