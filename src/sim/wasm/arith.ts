/** Arithmetic and comparison on words of any width. */
import { type Graph, LIMB, maskOf } from './graph.ts';
import type { NodeId } from './node.ts';
import { limbAt, limbCount, sext, topBits, type Word, zext } from './word.ts';

/** a + b + carry, modulo 2^width; both words have the same width. */
export function add(g: Graph, a: Word, b: Word): Word {
  const limbs: NodeId[] = [];
  let carry = g.zero;
  for (let i = 0; i < a.limbs.length; i++) {
    const x = limbAt(g, a, i);
    const partial = g.op('add', x, limbAt(g, b, i));
    const sum = g.op('add', partial, carry);
    // At most one of the two additions can wrap.
    if (i + 1 < a.limbs.length) carry = g.op('or', g.op('ltu', partial, x), g.op('ltu', sum, partial));
    limbs.push(sum);
  }
  return { width: a.width, limbs };
}

/** a - b, modulo 2^width; both words have the same width. */
export function sub(g: Graph, a: Word, b: Word): Word {
  const limbs: NodeId[] = [];
  let borrow = g.zero;
  for (let i = 0; i < a.limbs.length; i++) {
    const x = limbAt(g, a, i);
    const y = limbAt(g, b, i);
    const partial = g.op('sub', x, y);
    limbs.push(g.op('sub', partial, borrow));
    if (i + 1 < a.limbs.length) borrow = g.op('or', g.op('ltu', x, y), g.op('ltu', partial, borrow));
  }
  return { width: a.width, limbs };
}

/** a * b, modulo 2^width; both words have the same width (schoolbook, truncated). */
export function mul(g: Graph, a: Word, b: Word): Word {
  const count = a.limbs.length;
  const low = (i: number, j: number): NodeId => g.op('mul', limbAt(g, a, i), limbAt(g, b, j));
  if (count === 1) return { width: a.width, limbs: [low(0, 0)] };
  let total: Word = { width: a.width, limbs: Array.from({ length: count }, () => g.zero) };
  for (let j = 0; j < count; j++) {
    const row = Array.from({ length: count }, (_, k) => (k < j ? g.zero : low(k - j, j)));
    const upper = Array.from({ length: count }, (_, k) =>
      k <= j ? g.zero : g.op('mulhi', limbAt(g, a, k - j - 1), limbAt(g, b, j)),
    );
    total = add(g, total, { width: a.width, limbs: row });
    total = add(g, total, { width: a.width, limbs: upper });
  }
  return total;
}

export function equal(g: Graph, a: Word, b: Word, signed: boolean): NodeId {
  const width = Math.max(a.width, b.width);
  const extend = signed ? sext : zext;
  const x = extend(g, a, width);
  const y = extend(g, b, width);
  const same = x.limbs.map((limb, i) => {
    const other = limbAt(g, y, i);
    // Equal widths compare in whichever extension is free.
    const bits = i === x.limbs.length - 1 && a.width === b.width ? topBits(width) : LIMB;
    const free = (id: NodeId): boolean => g.node(id).signedBits <= bits;
    const [p, q] = [limbAt(g, a, i), limbAt(g, b, i)];
    if (bits < LIMB && free(p) && free(q)) return g.op('eq', p, q);
    return g.op('eq', limb, other);
  });
  return g.reduce('and', same, g.one);
}

/** a < b. Each operand is extended by its own sign. */
export function less(g: Graph, a: Word, b: Word, aSigned: boolean, bSigned: boolean): NodeId {
  const signed = aSigned || bSigned;
  // One more bit holds an unsigned operand beside a signed one.
  const width = Math.max(a.width, b.width) + (aSigned === bSigned ? 0 : 1);
  const x = aSigned ? sext(g, a, width) : zext(g, a, width);
  const y = bSigned ? sext(g, b, width) : zext(g, b, width);
  let result = g.zero;
  for (let i = 0; i < x.limbs.length; i++) {
    const [p, q] = [limbAt(g, x, i), limbAt(g, y, i)];
    const below = g.op(signed && i === x.limbs.length - 1 ? 'lts' : 'ltu', p, q);
    result = i === 0 ? below : g.op('or', below, g.op('and', g.op('eq', p, q), result));
  }
  return result;
}

export function reduceAnd(g: Graph, word: Word): NodeId {
  const exact = zext(g, word, word.width);
  const full = exact.limbs.map((limb, i) => {
    const bits = i === exact.limbs.length - 1 ? topBits(word.width) : LIMB;
    return g.op('eq', limb, g.constant(maskOf(bits)));
  });
  return g.reduce('and', full, g.one);
}

export function reduceXor(g: Graph, word: Word): NodeId {
  const folded = g.reduce('xor', zext(g, word, word.width).limbs, g.zero);
  return g.low(g.popcnt(folded), 1);
}

/** Kinds of `host` division: the layout of its memory is a, b, result, each of `limbs` limbs. */
export const HOST_DIV = { divu: 0, remu: 1, divs: 2, rems: 3 } as const;
export type Division = keyof typeof HOST_DIV;

/**
 * Truncating division of words of the same width, extended by their sign to whole limbs. A zero divisor (x in
 * Verilog) gives 0.
 */
export function divide(g: Graph, kind: Division, a: Word, b: Word, allocate: (limbs: number) => number): Word {
  const [x, y] = [limbAt(g, a, 0), limbAt(g, b, 0)];
  if (a.limbs.length > 1) return divideOnHost(g, kind, a, b, allocate);
  const zero = g.isZero(y);
  const signed = kind === 'divs' || kind === 'rems';
  // WebAssembly traps on the one signed quotient that overflows: -2^63 / -1.
  const minusOne = signed ? g.op('eq', y, g.ones) : g.zero;
  const divisor = g.select(g.op('or', zero, minusOne), g.one, y);
  const quotient = g.op(kind, x, divisor);
  const special = kind === 'divs' ? g.op('sub', g.zero, x) : g.zero;
  return { width: a.width, limbs: [g.select(zero, g.zero, g.select(minusOne, special, quotient))] };
}

function divideOnHost(g: Graph, kind: Division, a: Word, b: Word, allocate: (limbs: number) => number): Word {
  const count = limbCount(a.width);
  const address = allocate(3 * count);
  const operands = g.spill(address, [...a.limbs, ...b.limbs]);
  const done = g.host(address, HOST_DIV[kind] * 65536 + count, [operands]);
  const result = address + 2 * count * 8;
  return { width: a.width, limbs: a.limbs.map((_, i) => g.peek(result + i * 8, 8, g.zero, [done])) };
}
