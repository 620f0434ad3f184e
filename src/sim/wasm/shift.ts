/** Shifts by a variable amount. Words of several limbs are shifted by an unaligned read of memory. */
import { type Graph, LIMB } from './graph.ts';
import type { NodeId } from './node.ts';
import { limbAt, limbCount, resize, sext, type Word, zext } from './word.ts';

/** Memory of the compiled modules, as far as shifts need it. */
export interface Scratch {
  /** Address of `limbs` fresh limbs, zero until written. */
  allocate(limbs: number): number;
  /** Address of these limbs if they already lie in memory, followed by at least `padding` zero limbs. */
  resident(g: Graph, limbs: readonly NodeId[], padding: number): number | undefined;
}

export type ShiftFill = 'zero' | 'sign';

/** A shift amount, saturated to one limb: every amount of 2^32 or more is as good as 2^32. */
export function amountOf(g: Graph, amount: Word): NodeId {
  const exact = zext(g, amount, amount.width);
  const low = limbAt(g, exact, 0);
  const huge = g.constant(1n << 32n);
  const high = g.reduce('or', exact.limbs.slice(1), g.zero);
  const saturated = amount.width > 33 ? g.select(g.op('ltu', low, huge), low, huge) : low;
  return g.select(g.isZero(high), saturated, huge);
}

export function shiftLeft(g: Graph, memory: Scratch, a: Word, amount: NodeId): Word {
  const count = a.limbs.length;
  if (count === 1) {
    const value = limbAt(g, a, 0);
    const inRange = g.op('ltu', amount, g.constant(64n));
    const shifted = g.op('shl', value, g.low(amount, 6));
    return { width: a.width, limbs: [g.select(inRange, shifted, g.zero)] };
  }
  // [zeros][a]: reading `amount` bits below the start of a shifts it up.
  const size = BigInt(count * LIMB);
  const address = memory.allocate(2 * count + 1);
  const stored = g.spill(address + count * 8, a.limbs);
  const position = g.op('sub', g.constant(size), atMost(g, amount, size));
  return window(g, address, [stored], position, a.width);
}

/** Shifts `a` down and keeps `width` bits; `fill` is what enters above the word. */
export function shiftRight(g: Graph, memory: Scratch, a: Word, amount: NodeId, width: number, fill: ShiftFill): Word {
  const extended = fill === 'sign' ? sext(g, a, a.width) : zext(g, a, a.width);
  const count = extended.limbs.length;
  if (count === 1) {
    const value = limbAt(g, extended, 0);
    if (fill === 'sign') {
      const shifted = g.op('shrs', value, atMost(g, amount, 63n));
      return sext(g, { width: LIMB, limbs: [shifted] }, width);
    }
    const inRange = g.op('ltu', amount, g.constant(64n));
    const shifted = g.select(inRange, g.op('shru', value, g.low(amount, 6)), g.zero);
    return zext(g, { width: LIMB, limbs: [shifted] }, width);
  }
  const padding = limbCount(width) + 1;
  const position = atMost(g, amount, BigInt(count * LIMB));
  const resident = fill === 'zero' ? memory.resident(g, extended.limbs, padding) : undefined;
  if (resident !== undefined) return window(g, resident, [], position, width);
  const sign = fill === 'sign' ? g.op('shrs', limbAt(g, extended, count - 1), g.constant(63n)) : g.zero;
  const tail = Array.from({ length: fill === 'sign' ? padding : 0 }, () => sign);
  const address = memory.allocate(count + padding);
  return window(g, address, [g.spill(address, [...extended.limbs, ...tail])], position, width);
}

/** Shifts down by a signed amount: up where it is negative (the $shift and $shiftx cells). */
export function shiftSigned(g: Graph, memory: Scratch, a: Word, amount: Word, width: number): Word {
  const wide = resize(g, a, Math.max(width, a.width), false);
  const signed = sext(g, amount, Math.max(amount.width, LIMB));
  const negative = g.op('lts', signed.limbs.at(-1) ?? g.zero, g.zero);
  const magnitude = sext(g, amount, amount.width + 1);
  let carry = g.one;
  const negated = magnitude.limbs.map((limb) => {
    const sum = g.op('add', g.not(limb), carry);
    carry = g.op('and', carry, g.isZero(sum));
    return sum;
  });
  const down = shiftRight(g, memory, wide, amountOf(g, amount), width, 'zero');
  const up = shiftLeft(g, memory, wide, amountOf(g, { width: amount.width + 1, limbs: negated }));
  const limbs = down.limbs.map((limb, i) => g.select(negative, limbAt(g, up, i), limb));
  return { width, limbs };
}

/** Reads `width` bits from bit `position` of the memory at `address`. */
function window(g: Graph, address: number, after: readonly NodeId[], position: NodeId, width: number): Word {
  if (width <= LIMB - 7) {
    const bytes = g.peek(address, 8, g.op('shru', position, g.constant(3n)), after);
    return { width, limbs: [g.op('shru', bytes, g.low(position, 3))] };
  }
  const offset = g.op('shl', g.op('shru', position, g.constant(6n)), g.constant(3n));
  const shift = g.low(position, 6);
  const back = g.op('sub', g.constant(63n), shift);
  const limb = (i: number): NodeId => g.peek(address + i * 8, 8, offset, after);
  const limbs = Array.from({ length: limbCount(width) }, (_, i) => {
    // Two steps, because a shift by 64 would be a shift by 0.
    const upper = g.op('shl', g.op('shl', limb(i + 1), g.one), back);
    return g.op('or', g.op('shru', limb(i), shift), upper);
  });
  return { width, limbs };
}

function atMost(g: Graph, amount: NodeId, limit: bigint): NodeId {
  const node = g.node(amount);
  if (node.unsignedBits < 64 && (1n << BigInt(node.unsignedBits)) - 1n <= limit) return amount;
  return g.select(g.op('ltu', amount, g.constant(limit)), amount, g.constant(limit));
}
