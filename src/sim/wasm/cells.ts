/** Lowering of the combinational cells: one entry per Yosys cell type, from input words to the word on its output. */
import { add, type Division, divide, equal, less, mul, reduceAnd, reduceXor, sub } from './arith.ts';
import type { Cell } from './cell.ts';
import type { Graph } from './graph.ts';
import type { Op } from './node.ts';
import { amountOf, type Scratch, shiftLeft, shiftRight, shiftSigned } from './shift.ts';
import { conditionWord, isNonZero, mapLimbs, resize, selectWord, sext, slice, type Word, zext } from './word.ts';

export interface LowerContext {
  readonly g: Graph;
  readonly memory: Scratch;
  readonly cell: Cell;
  /** The word on an input port. */
  input(port: string): Word;
}

/** Gives the word on the output; bits above its width are arbitrary. */
export type Lowering = (context: LowerContext) => Word;

const outputWidth = ({ cell }: LowerContext): number => cell.bits('Y').length;
const bothSigned = ({ cell }: LowerContext): boolean => cell.flag('A_SIGNED') && cell.flag('B_SIGNED');
const aSigned = ({ cell }: LowerContext): boolean => cell.flag('A_SIGNED');

/** Both operands brought to the width of the result. */
function operands(c: LowerContext): [Word, Word] {
  const signed = bothSigned(c);
  const width = outputWidth(c);
  return [resize(c.g, c.input('A'), width, signed), resize(c.g, c.input('B'), width, signed)];
}

function bitwise(op: 'and' | 'or' | 'xor', inverted = false): Lowering {
  return (c) => {
    const [a, b] = operands(c);
    return mapLimbs(a, b, (x, y) => (inverted ? c.g.not(c.g.op(op, x, y)) : c.g.op(op, x, y)));
  };
}

function condition(test: (c: LowerContext) => number): Lowering {
  return (c) => conditionWord(c.g, test(c), outputWidth(c));
}

const negated = (test: (c: LowerContext) => number) => (c: LowerContext) => c.g.op('xor', test(c), c.g.one);
const isEqual = (c: LowerContext): number => equal(c.g, c.input('A'), c.input('B'), bothSigned(c));
const truth = (port: string) => (c: LowerContext) => isNonZero(c.g, c.input(port));
const isLess = (c: LowerContext): number =>
  less(c.g, c.input('A'), c.input('B'), c.cell.flag('A_SIGNED'), c.cell.flag('B_SIGNED'));
const isGreater = (c: LowerContext): number =>
  less(c.g, c.input('B'), c.input('A'), c.cell.flag('B_SIGNED'), c.cell.flag('A_SIGNED'));
const both = (op: Op & ('and' | 'or')) => (c: LowerContext) => c.g.op(op, truth('A')(c), truth('B')(c));

function unary(apply: (g: Graph, a: Word) => Word): Lowering {
  return (c) => apply(c.g, resize(c.g, c.input('A'), outputWidth(c), aSigned(c)));
}

const invert = (g: Graph, a: Word): Word => ({ width: a.width, limbs: a.limbs.map((limb) => g.not(limb)) });
const negate = (g: Graph, a: Word): Word => sub(g, { width: a.width, limbs: a.limbs.map(() => g.zero) }, a);

function division(unsigned: Division, signed: Division): Lowering {
  return (c) => {
    // The quotient is formed at the widest operand, then brought to the width of the result.
    const isSigned = bothSigned(c);
    const width = Math.max(c.input('A').width, c.input('B').width);
    const extend = isSigned ? sext : zext;
    const [a, b] = [extend(c.g, c.input('A'), width), extend(c.g, c.input('B'), width)];
    const result = divide(c.g, isSigned ? signed : unsigned, a, b, (limbs) => c.memory.allocate(limbs));
    return resize(c.g, result, outputWidth(c), isSigned);
  };
}

const leftShift: Lowering = (c) => {
  const a = resize(c.g, c.input('A'), outputWidth(c), aSigned(c));
  return shiftLeft(c.g, c.memory, a, amountOf(c.g, c.input('B')));
};

function rightShift(arithmetic: boolean): Lowering {
  return (c) => {
    const width = Math.max(outputWidth(c), c.input('A').width);
    const a = resize(c.g, c.input('A'), width, aSigned(c));
    const fill = arithmetic && aSigned(c) ? 'sign' : 'zero';
    return shiftRight(c.g, c.memory, a, amountOf(c.g, c.input('B')), outputWidth(c), fill);
  };
}

const anyShift: Lowering = (c) => {
  const width = outputWidth(c);
  const a = resize(c.g, c.input('A'), Math.max(width, c.input('A').width), aSigned(c));
  if (c.cell.flag('B_SIGNED')) return shiftSigned(c.g, c.memory, a, c.input('B'), width);
  return shiftRight(c.g, c.memory, a, amountOf(c.g, c.input('B')), width, 'zero');
};

const mux: Lowering = (c) => selectWord(c.g, isNonZero(c.g, c.input('S')), c.input('B'), c.input('A'));

const pmux: Lowering = (c) => {
  const width = outputWidth(c);
  const selectors = c.input('S');
  let result = resize(c.g, c.input('A'), width, false);
  for (let i = selectors.width - 1; i >= 0; i--) {
    const chosen = slice(c.g, c.input('B'), i * width, width);
    result = selectWord(c.g, isNonZero(c.g, slice(c.g, selectors, i, 1)), chosen, result);
  }
  return result;
};

/** Word number S of A. */
const bmux: Lowering = (c) => {
  const width = outputWidth(c);
  const position = c.g.op('mul', amountOf(c.g, c.input('S')), c.g.constant(BigInt(width)));
  return shiftRight(c.g, c.memory, c.input('A'), position, width, 'zero');
};

/** A in word number S, zero elsewhere. */
const demux: Lowering = (c) => {
  const position = c.g.op('mul', amountOf(c.g, c.input('S')), c.g.constant(BigInt(c.input('A').width)));
  return shiftLeft(c.g, c.memory, zext(c.g, c.input('A'), outputWidth(c)), position);
};

/** For each bit, B where S is set, else A. */
const bitMux: Lowering = (c) => {
  const [a, b, s] = [c.input('A'), c.input('B'), c.input('S')];
  const differing = mapLimbs(
    mapLimbs(a, b, (x, y) => c.g.op('xor', x, y)),
    s,
    (x, y) => c.g.op('and', x, y),
  );
  return mapLimbs(a, differing, (x, y) => c.g.op('xor', x, y));
};

const gate =
  (op: 'and' | 'or' | 'xor', inverted: boolean): Lowering =>
  (c) =>
    mapLimbs(c.input('A'), c.input('B'), (x, y) => (inverted ? c.g.not(c.g.op(op, x, y)) : c.g.op(op, x, y)));

export const COMBINATIONAL: Readonly<Record<string, Lowering>> = {
  $pos: unary((_, a) => a),
  $buf: (c) => c.input('A'),
  $not: unary(invert),
  $neg: unary(negate),
  $and: bitwise('and'),
  $or: bitwise('or'),
  $xor: bitwise('xor'),
  $xnor: bitwise('xor', true),
  $add: (c) => add(c.g, ...operands(c)),
  $sub: (c) => sub(c.g, ...operands(c)),
  $mul: (c) => mul(c.g, ...operands(c)),
  $div: division('divu', 'divs'),
  $mod: division('remu', 'rems'),
  $reduce_and: condition((c) => reduceAnd(c.g, c.input('A'))),
  $reduce_or: condition(truth('A')),
  $reduce_bool: condition(truth('A')),
  $reduce_xor: condition((c) => reduceXor(c.g, c.input('A'))),
  $reduce_xnor: condition(negated((c) => reduceXor(c.g, c.input('A')))),
  $logic_not: condition(negated(truth('A'))),
  $logic_and: condition(both('and')),
  $logic_or: condition(both('or')),
  $eq: condition(isEqual),
  $eqx: condition(isEqual),
  $ne: condition(negated(isEqual)),
  $nex: condition(negated(isEqual)),
  $lt: condition(isLess),
  $ge: condition(negated(isLess)),
  $gt: condition(isGreater),
  $le: condition(negated(isGreater)),
  $shl: leftShift,
  $sshl: leftShift,
  $shr: rightShift(false),
  $sshr: rightShift(true),
  $shift: anyShift,
  $shiftx: anyShift,
  $mux: mux,
  $pmux: pmux,
  $bmux: bmux,
  $demux: demux,
  $bwmux: bitMux,
  $_BUF_: (c) => c.input('A'),
  $_NOT_: (c) => invert(c.g, c.input('A')),
  $_AND_: gate('and', false),
  $_NAND_: gate('and', true),
  $_OR_: gate('or', false),
  $_NOR_: gate('or', true),
  $_XOR_: gate('xor', false),
  $_XNOR_: gate('xor', true),
  $_MUX_: mux,
};
