import type { Scaling } from '../../ir/ops/requantise/scale.ts';
import { atRow } from '../../ir/ops/rows.ts';
import { entriesOf, type Lookup } from '../../ir/ops/table/lookup.ts';
import { type StepFunctions, stepAt } from '../../ir/ops/thresholds/count.ts';
import type { NetlistBuilder } from '../../netlist/builder.ts';
import type { Pin } from '../../netlist/pins.ts';
import { elemFor } from '../../num/elem.ts';
import { times } from './matvec.ts';
import { known, materialise, rangeOf, settled, type Term } from './term.ts';

/** Values of a netlist are exact doubles. */
const LARGEST_SUM = 2 ** 52;

/** A requantisation of one channel in its smallest form: `clip(shr(x · mul + add, shift))`, mul odd or 0. */
interface Scale {
  readonly mul: number;
  readonly add: number;
  readonly shift: number;
  readonly mode: 'FLOOR' | 'ROUND';
}

/** Factors of two leave the multiplier: what they shift out of the addend, the floor drops anyway. */
function scaleOf(f: Scaling, channel: number): Scale {
  let [mul, add, shift] = [atRow(f.mul, channel), atRow(f.add, channel), f.shift];
  // Half to even is a rounding of the value without its half; there, dropped bits of the addend would matter.
  const even = f.ties === 'even';
  if (even) add -= 2 ** (shift - 1);
  while (mul !== 0 && mul % 2 === 0 && shift > (even ? 1 : 0) && (!even || add % 2 === 0)) {
    [mul, add, shift] = [mul / 2, Math.floor(add / 2), shift - 1];
  }
  return { mul, add, shift, mode: even ? 'ROUND' : 'FLOOR' };
}

/** What a requantisation adds to its input as it is; undefined where it multiplies first. */
export function addendOf(f: Scaling, channel: number): number | undefined {
  const { mul, add } = scaleOf(f, channel);
  return mul === 1 ? add : undefined;
}

/** One lane of `clamp(floor((x · mul + add) / 2^shift))`, ties up or to even; undefined where it is beyond 52 bits. */
export function scaled(b: NetlistBuilder, f: Scaling, channel: number, x: Term, loaded?: number): Term | undefined {
  if (loaded !== undefined) return scaledBy(b, f, channel, x, loaded);
  const { mul, add, shift, mode } = scaleOf(f, channel);
  const { lo, hi } = rangeOf(b, x);
  if (Math.max(-lo, hi) * Math.abs(mul) + Math.abs(add) > LARGEST_SUM) return undefined;
  const product = times(b, x, mul);
  const sum = materialise(b, { ...product, offset: product.offset + add });
  return settled(b, b.clip(b.shr(sum, shift, mode), f.lo, f.hi));
}

/** The same with an addend that is a value of the netlist. */
function scaledBy(b: NetlistBuilder, f: Scaling, channel: number, x: Term, add: number): Term {
  const even = f.ties === 'even';
  const product = times(b, x, atRow(f.mul, channel));
  const half = even ? 2 ** (f.shift - 1) : 0;
  const sum = b.add(materialise(b, { ...product, offset: product.offset - half }), 0, add, 0);
  return settled(b, b.clip(b.shr(sum, f.shift, even ? 'ROUND' : 'FLOOR'), f.lo, f.hi));
}

/** 1 where the term is at least an integer. */
function reaches(b: NetlistBuilder, x: Term, than: number): number {
  if (x.value === undefined) return b.constant(x.offset >= than ? 1 : 0);
  return b.atLeast(x.value, Math.ceil((than - x.offset) / 2 ** x.shift));
}

/** One lane of step functions: a comparison for each threshold that the value can pass and miss, and their number. */
export function stepped(b: NetlistBuilder, f: StepFunctions, channel: number, x: Term): Term {
  const steps = f.thresholds.shape[1] ?? 0;
  const row = f.thresholds.shape[0] === 1 ? 0 : channel * steps;
  const down = f.descending !== undefined && atRow(f.descending, channel) === 1;
  const { lo, hi } = rangeOf(b, x);
  const [first, last] = [stepAt(f, lo, channel), stepAt(f, hi, channel)];
  const base = Math.min(first, last);
  // Ascending places at which the count changes by `step` or, where thresholds coincide, by several.
  const places = new Map<number, number>();
  for (let k = row; k < row + steps; k++) {
    const t = (f.thresholds.data[k] as number) + (down ? 1 : 0);
    if (t > lo && t <= hi) places.set(t, (places.get(t) ?? 0) + f.step);
  }
  const sorted = [...places].sort((p, q) => p[0] - q[0]);
  const bits = sorted.map(([t]) => reaches(b, x, t));
  const rises = sorted.map(([, rise]) => rise);
  return down ? counted(b, bits.reverse(), rises.reverse(), base, true) : counted(b, bits, rises, base, false);
}

/** The most comparisons whose number is one table of all of them. */
const TABLE_PINS = 6;

/**
 * base + Σ rises of the bits that are set (clear where `inverted`), of which always the first ones are: k of them are set,
 * so that each bit of the result is a function of a few.
 */
function counted(
  b: NetlistBuilder,
  bits: readonly number[],
  rises: readonly number[],
  base: number,
  inverted: boolean,
): Term {
  if (bits.length === 0) return known(base);
  const uniform = rises.every((r) => r === rises[0]);
  if (bits.length === 1) {
    const [bit, rise] = [bits[0] as number, rises[0] as number];
    if (!inverted && Number.isInteger(Math.log2(rise))) return settled(b, bit, Math.log2(rise), base);
  }
  const pins = bits.map((value): Pin => ({ value, bit: 0, invert: inverted }));
  if (bits.length <= TABLE_PINS || !uniform) return byTables(b, pins, rises, base);
  // Thermometer to binary: the middle bit is the top bit of the number and says in which half to look on.
  const set = bits.map((v): number => (inverted ? b.gather([{ value: v, bit: 0, invert: true }]) : v));
  const count = b.gather(thermometer(b, set).map((value): Pin => ({ value, bit: 0, invert: false })));
  return { ...times(b, settled(b, count), rises[0] as number), offset: base };
}

/** Groups of comparisons, each a table of what it adds, summed. */
function byTables(b: NetlistBuilder, pins: readonly Pin[], rises: readonly number[], base: number): Term {
  let sum: number | undefined;
  for (let at = 0; at < pins.length; at += TABLE_PINS) {
    const group = pins.slice(at, at + TABLE_PINS);
    const entries = Array.from({ length: 2 ** group.length }, (_, i) =>
      group.reduce<number>((n, _p, k) => n + (Math.floor(i / 2 ** k) % 2) * (rises[at + k] as number), 0),
    );
    const part = b.table(group, entries);
    sum = sum === undefined ? part : b.add(sum, 0, part, 0);
  }
  return settled(b, sum ?? b.constant(0), 0, base);
}

/** The bits, lowest first, of how many bits are set, of which always the first ones are. */
function thermometer(b: NetlistBuilder, bits: readonly number[]): number[] {
  if (bits.length < 2) return [...bits];
  const size = 2 ** Math.floor(Math.log2(bits.length));
  const top = bits[size - 1] as number;
  const [low, high] = [bits.slice(0, size - 1), bits.slice(size)];
  return [
    ...thermometer(
      b,
      low.map((v, i) => b.mux(top, high[i] ?? b.constant(0), v)),
    ),
    top,
  ];
}

/** The most bits of an input of a table. */
const MOST_BITS = 12;

/** One lane of a table; undefined where it has too many entries. */
export function looked(b: NetlistBuilder, f: Lookup, channel: number, x: Term): Term | undefined {
  const row = f.table.shape[0] === 1 ? 0 : channel * entriesOf(f);
  const at = (v: number): number => f.table.data[row + Math.min(Math.max(v - f.offset, 0), entriesOf(f) - 1)] as number;
  if (x.value === undefined) return known(at(x.offset));
  return tabulated(b, x, at);
}

/** Any function of a term as a table of the bits of its value; undefined where these are too many. */
function tabulated(b: NetlistBuilder, { value, shift, offset }: Term, f: (x: number) => number): Term | undefined {
  if (value === undefined) return known(f(offset));
  const { lo, hi } = b.range(value);
  const { bits, kind } = elemFor({ lo, hi });
  const zeros = b.known.zeros(value);
  if (bits - zeros > MOST_BITS) return undefined;
  const pins = Array.from({ length: bits - zeros }, (_, i): Pin => ({ value, bit: zeros + i, invert: false }));
  const entries = Array.from({ length: 2 ** pins.length }, (_, i) => {
    const raw = i * 2 ** zeros;
    const v = kind === 'int' && raw >= 2 ** (bits - 1) ? raw - 2 ** bits : raw;
    return f(Math.min(Math.max(v, lo), hi) * 2 ** shift + offset);
  });
  return settled(b, b.table(pins, entries));
}
