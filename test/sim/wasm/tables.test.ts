/** Modules marked as tables stay in the netlist, and their instances compute what the text says. */
import { expect, it } from 'vitest';
import { elaborate } from '../../../src/tools/yosys.ts';
import { simulatorOf } from './netlist.ts';

const TEXT = `
(* sluice_table *) module count(input wire [2:0] i, output wire [1:0] o, output wire any);
  assign o = {i[0] ? (i[1] | i[2]) : (i[1] & i[2]), ^i};
  assign any = |i;
endmodule
module top(input wire [5:0] x, output wire [2:0] sum, output wire [1:0] twice, output wire all);
  wire [1:0] a, b;
  wire some, other;
  count u(.i(x[2:0]), .o(a), .any(some));
  count v(.i({x[5], ~x[4], x[3]}), .o(b), .any(other));
  count w(.i({a, b[0]}), .o(twice), .any());
  assign sum = a + b;
  assign all = some & other;
endmodule`;

it('instances of tables are lowered where they stand', async () => {
  const netlist = await elaborate(new Map([['top.v', TEXT]]), 'top');
  expect([...netlist.tables.keys()]).toEqual(['count']);
  const types = Object.values(netlist.module.cells).map((cell) => cell.type);
  expect(types.filter((type) => type === 'count')).toHaveLength(3);
  const simulator = await simulatorOf(netlist);
  const ones = (v: number): number => [...v.toString(2)].filter((d) => d === '1').length;
  for (let x = 0; x < 64; x++) {
    const [low, high] = [x & 7, (x >> 3) ^ 2];
    const [a, b] = [ones(low), ones(high)];
    simulator.set('x', BigInt(x));
    simulator.step();
    const got = ['sum', 'twice', 'all'].map((port) => Number(simulator.get(port)));
    expect(got, `x = ${x}`).toEqual([a + b, ones(a * 2 + (b & 1)), a > 0 && b > 0 ? 1 : 0]);
  }
});

it('a table with state is refused', async () => {
  const text = `(* sluice_table *) module t(input wire clk, input wire i, output reg o); always @(posedge clk) o <= i; endmodule
module top(input wire clk, input wire i, output wire o); t u(.clk(clk), .i(i), .o(o)); endmodule`;
  const netlist = await elaborate(new Map([['top.v', text]]), 'top');
  await expect(simulatorOf(netlist)).rejects.toThrow('has the type $dff, in a module without state');
});
