/** Cells that Verilog sources rarely lead to, against their definition on BigInt. */
import { describe, expect, it } from 'vitest';
import { compileNetlist } from '../../../src/sim/wasm/compile.ts';
import { elaborate, type YosysNetlist } from '../../../src/tools/elaborate.ts';
import { oneCell, simulatorOf, type Widths } from './netlist.ts';
import { randomFrom } from './random.ts';

type Values = Readonly<Record<string, bigint>>;

const random = randomFrom(99);

/** Compares output Y with `expected` on random inputs; `limit` bounds the small ones. */
async function check(
  type: string,
  inputs: Widths,
  width: number,
  expected: (values: Values) => bigint,
  parameters: Readonly<Record<string, number>> = {},
): Promise<void> {
  const simulator = await simulatorOf(oneCell(type, inputs, { Y: width }, parameters));
  for (let i = 0; i < 50; i++) {
    const values = Object.fromEntries(Object.entries(inputs).map(([name, bits]) => [name, random.corner(bits)]));
    for (const [name, value] of Object.entries(values)) simulator.set(name, value);
    simulator.step();
    const where = `${type} ${JSON.stringify(inputs)} ${JSON.stringify(parameters)} ${Object.values(values)}`;
    expect(simulator.get('Y'), where).toBe(BigInt.asUintN(width, expected(values)));
  }
}

const at = (values: Values, port: string): bigint => values[port] ?? 0n;

describe('rare cells', () => {
  it('selects and places words: $bmux, $demux, $bwmux, $pmux', async () => {
    for (const width of [1, 7, 64, 90]) {
      const word = BigInt(width);
      await check('$bmux', { A: width * 8, S: 3 }, width, (v) => at(v, 'A') >> (at(v, 'S') * word));
      await check('$demux', { A: width, S: 3 }, width * 8, (v) => at(v, 'A') << (at(v, 'S') * word));
      const bitwise = (v: Values): bigint => (at(v, 'A') & ~at(v, 'S')) | (at(v, 'B') & at(v, 'S'));
      await check('$bwmux', { A: width, B: width, S: width }, width, bitwise);
      const parallel = (v: Values): bigint => {
        const hot = [0n, 1n, 2n].find((i) => (at(v, 'S') >> i) & 1n);
        return hot === undefined ? at(v, 'A') : at(v, 'B') >> (hot * word);
      };
      await check('$pmux', { A: width, B: width * 3, S: 3 }, width, parallel);
    }
  });

  it('shifts by signed amounts: $shift, $shiftx', async () => {
    for (const [a, b, y] of [
      [20, 4, 9],
      [40, 8, 64],
      [64, 8, 64],
      [130, 9, 40],
      [60, 9, 200],
      [200, 70, 200],
    ] as const) {
      const shifted = (v: Values, bSigned: boolean, aSigned: boolean): bigint => {
        const amount = bSigned ? BigInt.asIntN(b, at(v, 'B')) : at(v, 'B');
        // A signed operand is extended to the wider of the two, then shifted as unsigned.
        const wide = Math.max(a, y);
        const value = aSigned ? BigInt.asUintN(wide, BigInt.asIntN(a, at(v, 'A'))) : at(v, 'A');
        if (amount > 1000n || amount < -1000n) return 0n;
        return amount >= 0n ? value >> amount : value << -amount;
      };
      for (const bSigned of [false, true]) {
        const parameters = { A_SIGNED: 0, B_SIGNED: Number(bSigned) };
        await check('$shift', { A: a, B: b }, y, (v) => shifted(v, bSigned, false), parameters);
        await check('$shiftx', { A: a, B: b }, y, (v) => shifted(v, bSigned, false), parameters);
        await check('$shift', { A: a, B: b }, y, (v) => shifted(v, bSigned, true), { ...parameters, A_SIGNED: 1 });
      }
    }
  });

  it('computes single gates and copies', async () => {
    const gates: Readonly<Record<string, (a: bigint, b: bigint, s: bigint) => bigint>> = {
      $_AND_: (a, b) => a & b,
      $_NAND_: (a, b) => ~(a & b),
      $_OR_: (a, b) => a | b,
      $_NOR_: (a, b) => ~(a | b),
      $_XOR_: (a, b) => a ^ b,
      $_XNOR_: (a, b) => ~(a ^ b),
      $_NOT_: (a) => ~a,
      $_BUF_: (a) => a,
      $buf: (a) => a,
      $_MUX_: (a, b, s) => (s === 1n ? b : a),
    };
    for (const [type, gate] of Object.entries(gates)) {
      await check(type, { A: 1, B: 1, S: 1 }, 1, (v) => gate(at(v, 'A'), at(v, 'B'), at(v, 'S')));
    }
    await check('$pos', { A: 70 }, 140, (v) => BigInt.asIntN(70, at(v, 'A')), { A_SIGNED: 1 });
  });

  it('loads a register asynchronously: $aldff', async () => {
    const polarity = { CLK_POLARITY: 1, ALOAD_POLARITY: 1 };
    const simulator = await simulatorOf(oneCell('$aldff', { CLK: 1, D: 9, AD: 9, ALOAD: 1 }, { Q: 9 }, polarity));
    const outputs = [
      [5n, 100n, 0n],
      [6n, 101n, 1n],
      [7n, 102n, 0n],
      [8n, 103n, 0n],
    ].map(([d = 0n, ad = 0n, load = 0n]) => {
      for (const [name, value] of Object.entries({ D: d, AD: ad, ALOAD: load })) simulator.set(name, value);
      simulator.step();
      return simulator.get('Q');
    });
    expect(outputs).toEqual([0n, 101n, 101n, 7n]);
  });
});

describe('refusals', () => {
  const compile = (netlist: YosysNetlist) => () => compileNetlist(netlist, { inputs: [], outputs: [] });
  const verilog = (text: string): Promise<YosysNetlist> => elaborate(new Map([['a.v', text]]), 'a');

  it('names an unknown cell', () => {
    expect(compile(oneCell('$foo', { A: 1 }, { Y: 1 }))).toThrow('cell cell has the type $foo');
  });

  it('names a latch', async () => {
    const latch = await verilog('module a(input e, d, output reg q); always @* if (e) q = d; endmodule');
    expect(compile(latch)).toThrow('$dlatch');
  });

  it('names the nets of a combinational loop', async () => {
    const text =
      'module a(input x, output y); wire p, q; assign p = q ^ x; assign q = ~(p & x); assign y = q; endmodule';
    expect(compile(await verilog(text))).toThrow(/loop through the nets (p, q|q, p)$/);
  });

  it('names a register on another clock, and on the falling edge', async () => {
    const ports = 'module a(input c, e, d, output reg p, q);';
    const two = await verilog(`${ports} always @(posedge c) p <= d; always @(posedge e) q <= d; endmodule`);
    expect(compile(two)).toThrow('one clock');
    const falling = await verilog(`${ports} always @(posedge c) p <= d; always @(negedge c) q <= d; endmodule`);
    expect(compile(falling)).toThrow('falling edge');
  });

  it('quotes the log of Yosys', async () => {
    await expect(verilog('module a(input x; endmodule')).rejects.toThrow(/a\.v:1: ERROR: syntax error/);
  });
});
