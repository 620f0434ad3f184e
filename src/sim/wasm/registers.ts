/** Flip-flops: their place in memory, the word on Q, and the word stored at the clock edge. */
import type { YosysBit } from '../../tools/yosys.ts';
import type { Cell } from './cell.ts';
import type { Graph } from './graph.ts';
import type { NodeId } from './node.ts';
import { constantWord, isNonZero, selectWord, topBits, type Word, zext } from './word.ts';

interface FlipFlop {
  readonly enable?: boolean;
  readonly reset?: 'sync' | 'async' | 'load';
  /** A synchronous reset that acts only while enabled. */
  readonly enableFirst?: boolean;
}

const FLIP_FLOPS: Readonly<Record<string, FlipFlop>> = {
  $dff: {},
  $dffe: { enable: true },
  $sdff: { reset: 'sync' },
  $sdffe: { reset: 'sync', enable: true },
  $sdffce: { reset: 'sync', enable: true, enableFirst: true },
  $adff: { reset: 'async' },
  $adffe: { reset: 'async', enable: true },
  $aldff: { reset: 'load' },
  $aldffe: { reset: 'load', enable: true },
};

export function isFlipFlop(type: string): boolean {
  return type in FLIP_FLOPS;
}

/** Ports that act on Q without a clock edge. */
export function asyncInputs(cell: Cell): readonly YosysBit[] {
  const reset = FLIP_FLOPS[cell.type]?.reset;
  if (reset === 'async') return cell.bits('ARST');
  return reset === 'load' ? [...cell.bits('ALOAD'), ...cell.bits('AD')] : [];
}

/** Ports sampled at the clock edge. */
export function clockedInputs(cell: Cell): readonly YosysBit[] {
  const ports = ['D', 'EN', 'SRST'].filter((port) => cell.has(port));
  return ports.flatMap((port) => [...cell.bits(port)]);
}

export interface RegisterContext {
  readonly g: Graph;
  readonly cell: Cell;
  input(port: string): Word;
}

/** The stored word of `width` bits at `address`. */
export function loadWord(g: Graph, address: number, width: number): Word {
  const count = Math.ceil(width / 64);
  const limbs = Array.from({ length: count }, (_, i) => g.load(address + i * 8, i + 1 < count ? 64 : topBits(width)));
  return { width, limbs };
}

/** The word on Q while the stored word is `stored`. */
export function outputOf(c: RegisterContext, stored: Word): Word {
  return withAsync(c, stored);
}

/** The word to store at the clock edge, exact. */
export function nextOf(c: RegisterContext, stored: Word): Word {
  const { g, cell } = c;
  const kind = FLIP_FLOPS[cell.type] ?? {};
  let next = c.input('D');
  const hold = withAsync(c, stored);
  const enabled = (word: Word): Word => (kind.enable ? selectWord(g, active(c, 'EN'), word, hold) : word);
  if (kind.enableFirst !== true) next = enabled(next);
  if (kind.reset === 'sync') next = selectWord(g, active(c, 'SRST'), parameterWord(c, 'SRST_VALUE'), next);
  if (kind.enableFirst === true) next = enabled(next);
  return zext(g, withAsync(c, next), next.width);
}

function withAsync(c: RegisterContext, word: Word): Word {
  const reset = FLIP_FLOPS[c.cell.type]?.reset;
  if (reset === 'async') return selectWord(c.g, active(c, 'ARST'), parameterWord(c, 'ARST_VALUE'), word);
  if (reset === 'load') return selectWord(c.g, active(c, 'ALOAD'), c.input('AD'), word);
  return word;
}

/** A control input with its polarity applied: 1 where it acts. */
function active(c: RegisterContext, port: string): NodeId {
  const level = isNonZero(c.g, c.input(port));
  return c.cell.flag(`${port}_POLARITY`) ? level : c.g.isZero(level);
}

function parameterWord(c: RegisterContext, parameter: string): Word {
  const digits = [...c.cell.digits(parameter)].reverse().join('');
  return constantWord(c.g, BigInt(`0b${digits}`), c.cell.bits('Q').length);
}
