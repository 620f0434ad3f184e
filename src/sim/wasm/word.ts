/**
 * Words of any width as limbs, least significant first. Only the low `width` bits mean anything: bits above them in
 * the top limb are arbitrary until a function here masks or sign-extends them, so that most masks never exist.
 */
import { type Graph, LIMB } from './graph.ts';
import type { NodeId } from './node.ts';

export interface Word {
  readonly width: number;
  readonly limbs: readonly NodeId[];
}

export function limbCount(width: number): number {
  return Math.ceil(width / LIMB);
}

/** Bits of the top limb that belong to a word of this width: 1 to 64. */
export function topBits(width: number): number {
  return width - (limbCount(width) - 1) * LIMB;
}

export function limbAt(g: Graph, word: Word, index: number): NodeId {
  return word.limbs[index] ?? g.zero;
}

export function constantWord(g: Graph, value: bigint, width: number): Word {
  const limbs = Array.from({ length: limbCount(width) }, (_, i) => g.constant(value >> BigInt(i * LIMB)));
  return { width, limbs };
}

/** Truncates or zero-extends; every bit of every limb is then exact. */
export function zext(g: Graph, word: Word, width: number): Word {
  const kept = Math.min(width, word.width);
  const limbs = Array.from({ length: limbCount(width) }, (_, i) => {
    const bits = Math.min(LIMB, kept - i * LIMB);
    return bits <= 0 ? g.zero : g.low(limbAt(g, word, i), bits);
  });
  return { width, limbs };
}

/** Truncates or sign-extends; the top limb holds copies of the sign above `width`. */
export function sext(g: Graph, word: Word, width: number): Word {
  const kept = Math.min(width, word.width);
  const count = limbCount(kept);
  const limbs = Array.from({ length: count }, (_, i) => {
    const limb = limbAt(g, word, i);
    return i === count - 1 ? g.sext(limb, topBits(kept)) : limb;
  });
  const top = limbs.at(-1) ?? g.zero;
  while (limbs.length < limbCount(width)) limbs.push(g.op('shrs', top, g.constant(63n)));
  return { width, limbs };
}

/** Truncates or extends; bits above `width` in the top limb stay arbitrary. */
export function resize(g: Graph, word: Word, width: number, signed: boolean): Word {
  if (width > word.width) return signed ? sext(g, word, width) : zext(g, word, width);
  return { width, limbs: word.limbs.slice(0, limbCount(width)) };
}

/** `length` (1 to 64) bits from `offset`; bits above `length` are arbitrary. */
function field(g: Graph, word: Word, offset: number, length: number): NodeId {
  const index = Math.floor(offset / LIMB);
  const shift = offset % LIMB;
  const lower = limbAt(g, word, index);
  if (shift === 0) return lower;
  // The top limb may hold arbitrary bits above the word: shifted down they stay above `length`.
  const low = g.shiftRight(lower, shift);
  if (shift + length <= LIMB) return low;
  return g.op('or', low, g.shiftLeft(limbAt(g, word, index + 1), LIMB - shift));
}

/** The bits [offset, offset + width) as a word. */
export function slice(g: Graph, word: Word, offset: number, width: number): Word {
  const limbs = Array.from({ length: limbCount(width) }, (_, i) => {
    const bits = Math.min(LIMB, width - i * LIMB);
    return field(g, word, offset + i * LIMB, bits);
  });
  return { width, limbs };
}

/** A piece of a concatenation: `length` bits of `word` from `offset`, placed at bit `at`. */
export interface Piece {
  readonly at: number;
  readonly length: number;
  readonly word: Word;
  readonly offset: number;
}

/** Assembles adjacent pieces, given from bit 0 upwards, into one word. */
export function concat(g: Graph, pieces: readonly Piece[], width: number): Word {
  const parts: NodeId[][] = Array.from({ length: limbCount(width) }, () => []);
  for (const piece of pieces) {
    const end = piece.at + piece.length;
    for (let from = piece.at; from < end; ) {
      const index = Math.floor(from / LIMB);
      const to = Math.min(end, (index + 1) * LIMB);
      const bits = field(g, piece.word, piece.offset + from - piece.at, to - from);
      // Above the last bit of a limb, or of the word, garbage is shifted out or harmless.
      const exact = to === (index + 1) * LIMB || to === width ? bits : g.low(bits, to - from);
      parts[index]?.push(g.shiftLeft(exact, from - index * LIMB));
      from = to;
    }
  }
  return { width, limbs: parts.map((part) => g.reduce('or', part, g.zero)) };
}

/** The whole word as one node that is non-zero exactly when the word is; 64 bits, exact. */
export function anyBit(g: Graph, word: Word): NodeId {
  return g.reduce('or', zext(g, word, word.width).limbs, g.zero);
}

export function isNonZero(g: Graph, word: Word): NodeId {
  return g.isNonZero(anyBit(g, word));
}

/** A condition (0 or 1) as a word of `width` bits. */
export function conditionWord(g: Graph, condition: NodeId, width: number): Word {
  return zext(g, { width: 1, limbs: [condition] }, width);
}

export function mapLimbs(a: Word, b: Word, apply: (x: NodeId, y: NodeId, index: number) => NodeId): Word {
  const limbs = a.limbs.map((x, i) => {
    const y = b.limbs[i];
    if (y === undefined) throw new Error(`words of ${a.width} and ${b.width} bits do not match`);
    return apply(x, y, i);
  });
  return { width: a.width, limbs };
}

export function selectWord(g: Graph, condition: NodeId, then: Word, otherwise: Word): Word {
  return mapLimbs(then, otherwise, (x, y) => g.select(condition, x, y));
}
