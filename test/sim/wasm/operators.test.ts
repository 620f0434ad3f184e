/** Every combinational cell against Icarus Verilog, on random widths and signs. */
import { describe, expect, it } from 'vitest';
import { agrees, type Bench, cellTypes, hasIcarus, netlistOf, type Port, runIcarus, runWasm } from './icarus.ts';
import { type Random, randomFrom } from './random.ts';

interface Operator {
  /** The expression from operands a, b, c, in this order of widths. */
  expression(a: string, b: string, c: string, random: Random): string;
  /** Widths of the operands, where not any from 1 to 130. */
  widths?(random: Random): readonly number[];
  /** Icarus may answer x (division by zero, selection out of range). */
  readonly mayBeUnknown?: boolean;
}

const binary = (symbol: string, extra: Partial<Operator> = {}): Operator => ({
  expression: (a, b) => `${a} ${symbol} ${b}`,
  ...extra,
});
const unary = (symbol: string): Operator => ({ expression: (a) => `${symbol}${a}` });
const anyWidth = (random: Random): number => (random.below(3) === 0 ? 1 + random.below(130) : 1 + random.below(40));
const shift = { widths: (r: Random) => [anyWidth(r), r.pick([1, 2, 3, 5, 6, 7, 8, 9, 40, 70]), 1] };

const OPERATORS: Readonly<Record<string, Operator>> = {
  add: binary('+'),
  sub: binary('-'),
  mul: binary('*'),
  div: binary('/', { mayBeUnknown: true }),
  mod: binary('%', { mayBeUnknown: true }),
  and: binary('&'),
  or: binary('|'),
  xor: binary('^'),
  xnor: binary('~^'),
  eq: binary('=='),
  ne: binary('!='),
  eqx: binary('==='),
  nex: binary('!=='),
  lt: binary('<'),
  le: binary('<='),
  gt: binary('>'),
  ge: binary('>='),
  logicAnd: binary('&&'),
  logicOr: binary('||'),
  shl: binary('<<', shift),
  sshl: binary('<<<', shift),
  shr: binary('>>', shift),
  sshr: binary('>>>', shift),
  plus: unary('+'),
  neg: unary('-'),
  not: unary('~'),
  reduceAnd: unary('&'),
  reduceNand: unary('~&'),
  reduceOr: unary('|'),
  reduceNor: unary('~|'),
  reduceXor: unary('^'),
  reduceXnor: unary('~^'),
  logicNot: unary('!'),
  mux: { expression: (a, b, c) => `${c} ? ${a} : ${b}` },
  difference: { expression: (a, b, c) => `(${a} * ${b}) - ${c}` },
  concat: {
    expression: (a, b, c, r) => `{{${1 + r.below(5)}{${a}}}, ${b}, ${c}, {${1 + r.below(90)}{${a}}}}`,
    widths: (r) => [1 + r.below(20), 1 + r.below(80), 1 + r.below(80)],
  },
};

/** Yosys must have kept the operators as cells, or they would not have been tested. */
const CELLS = [
  ...['$add', '$sub', '$mul', '$div', '$mod', '$neg', '$and', '$or', '$xor', '$xnor', '$not', '$mux'],
  ...['$eq', '$ne', '$eqx', '$nex', '$lt', '$le', '$gt', '$ge', '$shl', '$shr', '$sshl', '$sshr'],
  ...[
    '$logic_and',
    '$logic_or',
    '$logic_not',
    '$reduce_and',
    '$reduce_or',
    '$reduce_bool',
    '$reduce_xor',
    '$reduce_xnor',
  ],
];
const GROUPS = { narrow: [1, 40], wide: [50, 130] } as const;
const VECTORS = 40;

/** A module with several instances of one operator, each on operands of its own. */
function benchOf(operator: Operator, copies: number, random: Random, low: number, high: number): Bench {
  const inputs: Port[] = [];
  const outputs: Port[] = [];
  const body: string[] = [];
  const width = (): number => low + random.below(high - low + 1);
  for (let i = 0; i < copies; i++) {
    const widths = operator.widths?.(random) ?? [width(), width(), random.below(2) === 0 ? 1 : width()];
    const signed = random.below(2) === 0;
    const operands = widths.map((bits, k) => {
      const name = `x${i}_${k}`;
      inputs.push({ name, width: bits });
      // Mixed signs are rare, and mean unsigned.
      return signed && random.below(10) > 0 ? `$signed(${name})` : name;
    });
    const [a = '', b = '', c = ''] = operands;
    outputs.push({ name: `y${i}`, width: width() });
    body.push(`  assign y${i} = ${operator.expression(a, b, c, random)};`);
  }
  return { body: body.join('\n'), clocked: false, inputs, outputs };
}

function vectorsFor(bench: Bench, random: Random): bigint[][] {
  return Array.from({ length: VECTORS }, () => bench.inputs.map((port) => random.corner(port.width)));
}

describe.skipIf(!hasIcarus)('operators against Icarus (skipped without iverilog)', () => {
  for (const [group, [low, high]] of Object.entries(GROUPS)) {
    it(`agree on ${group} operands`, async () => {
      const random = randomFrom(low * 1000 + high);
      const seen = new Set<string>();
      for (const [name, operator] of Object.entries(OPERATORS)) {
        const bench = benchOf(operator, 12, random, low, high);
        const vectors = vectorsFor(bench, random);
        const netlist = await netlistOf(bench);
        for (const type of cellTypes(netlist)) seen.add(type);
        const wanted = runIcarus(bench, vectors);
        const got = await runWasm(bench, netlist, vectors, random.pick([6000, 50]));
        expect(wanted.length, name).toBe(VECTORS);
        for (const [v, row] of wanted.entries()) {
          for (const [i, known] of row.entries()) {
            const value = got[v]?.[i] ?? '';
            const where = `${name} ${bench.body.split('\n')[i]} on ${vectors[v]?.slice(3 * i, 3 * i + 3)}`;
            if (operator.mayBeUnknown) expect(agrees(known, value), `${where}: ${known} ${value}`).toBe(true);
            else expect(value, where).toBe(known);
          }
        }
      }
      expect([...seen]).toEqual(expect.arrayContaining(CELLS));
    });
  }
});
