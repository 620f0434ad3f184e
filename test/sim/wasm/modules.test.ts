/** Modules marked as tables or parts stay in the netlist, and their instances compute what the text says. */
import { expect, it } from 'vitest';
import { elaborate, type YosysNetlist } from '../../../src/tools/elaborate.ts';
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
  expect([...netlist.kept.keys()]).toEqual(['count']);
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

/** Two parts of a pipeline, each in its own file: the second has a table, state without reset, and a port of its input. */
const PARTS: readonly (readonly [string, string])[] = [
  ['lib.v', '(* sluice_table *) module parity(input wire [3:0] i, output wire o); assign o = ^i; endmodule'],
  [
    'p0.v',
    `// The first.
(* sluice_part *)
module p0 (clk, ce, x, y); input wire clk; input wire ce; input wire [7:0] x; output [8:0] y;
  reg [7:0] r = 8'd5; wire [8:0] y = r + 9'd1;
  always @(posedge clk) if (ce) r <= x;
endmodule`,
  ],
  [
    'p1.v',
    `(* sluice_part *)
module p1 (clk, ce, y, z, same, one); input wire clk; input wire ce; input wire [8:0] y;
  output [9:0] z; output [3:0] same; output one;
  reg [8:0] r; wire p; parity t (.i(r[3:0]), .o(p));
  assign z = {p, r}; assign same = y[3:0]; assign one = 1'b1;
  always @(posedge clk) if (ce) r <= y;
endmodule`,
  ],
  [
    'top.v',
    `module top (input wire aclk, input wire go, input wire [7:0] x, output wire [9:0] z, output wire [3:0] same, output wire one);
  wire [8:0] y;
  p1 b (.clk(aclk), .ce(go), .y(y), .z(z), .same(same), .one(one));
  p0 a (.clk(aclk), .ce(go), .x(x), .y(y));
endmodule`,
  ],
];

it('parts of a circuit are read one by one, and run together', async () => {
  const netlist = await elaborate(new Map(PARTS), 'top');
  expect([...netlist.kept.keys()]).toEqual(['p0', 'p1']);
  expect([...(netlist.kept.get('p1')?.().kept.keys() ?? [])]).toEqual(['parity']);
  const simulator = await simulatorOf(netlist);
  expect(simulator.layout.registers.map((r) => [r.name.split('.')[0], r.width])).toEqual([
    ['a', 8],
    ['b', 9],
  ]);
  let [first, second] = [5, 0];
  for (let cycle = 0; cycle < 200; cycle++) {
    const [x, go] = [(cycle * 89) % 256, cycle % 3 === 1 ? 0 : 1];
    simulator.set('x', BigInt(x));
    simulator.set('go', BigInt(go));
    simulator.step();
    const parity = [0, 1, 2, 3].filter((k) => (second >> k) & 1).length % 2;
    const got = ['z', 'same', 'one'].map((port) => Number(simulator.get(port)));
    expect(got, `cycle ${cycle}`).toEqual([second + 512 * parity, (first + 1) % 16, 1]);
    if (go === 1) [first, second] = [x, first + 1];
  }
});

/** A part with a memory, wide ports and a reset without clock; one around it; a top with state of its own. */
const NESTED: readonly (readonly [string, string])[] = [
  [
    'leaf.v',
    `(* sluice_part *)
module leaf (co, clk, rst, x, y, low); output co; input wire clk; input wire rst; input wire [69:0] x; output [139:0] y; output [2:0] low;
  reg [69:0] last [0:3]; reg [1:0] at; reg [69:0] r;
  always @(posedge clk) begin at <= at + 2'd1; last[at] <= x; end
  always @(posedge clk or posedge rst) if (rst) r <= 70'd7; else r <= r + x;
  assign y = {last[at], r}; assign low = x[2:0] ^ r[2:0]; assign co = clk;
endmodule`,
  ],
  [
    'outer.v',
    `(* sluice_part *)
module outer (clk, rst, x, y); input wire clk; input wire rst; input wire [69:0] x; output [139:0] y;
  wire [139:0] inner; wire [2:0] low;
  leaf l (.clk(clk), .rst(rst), .x({x[0], x[69:1]}), .y(inner), .low(low), .co());
  assign y = inner ^ {137'd0, low};
endmodule`,
  ],
  [
    'top.v',
    `module top (input wire clk, input wire rst, input wire [69:0] x, output wire [139:0] y, output wire [139:0] z,
    output wire [2:0] low, output reg [139:0] old);
  wire [2:0] a, b;
  leaf first (.clk(clk), .rst(rst), .x(x), .y(y), .low(a), .co());
  outer second (.clk(clk), .rst(rst), .x(y[100:31]), .y(z));
  leaf third (.clk(clk), .rst(1'b0), .x({70{a[0]}}), .y(), .low(b), .co());
  assign low = a + b;
  wire [139:0] shifted = old >> y[6:0];
  always @(posedge clk) old <= shifted + (z / {70'd0, y[69:1], 1'b1});
endmodule`,
  ],
];

/** As if `outer` had an instance of `leaf`, and were a part itself. */
async function inParts(): Promise<YosysNetlist> {
  const { kept, ...netlist } = await elaborate(new Map(NESTED), 'top');
  const flat = NESTED.map(
    ([path, text]) => [path, path === 'outer.v' ? text.replace('(* sluice_part *)', '') : text] as const,
  );
  const { module } = await elaborate(new Map(flat), 'outer');
  const outer = { top: 'outer', module: { ...module, attributes: { sluice_part: '1' } }, kept };
  expect(Object.values(module.cells).map((cell) => cell.type)).toContain('leaf');
  return { ...netlist, kept: new Map([...kept, ['outer', () => outer]]) };
}

it.each([6000, 3, 1])(
  'parts are what the same text is in one piece, %i operations in a function',
  async (operations) => {
    const whole = NESTED.map(([path, text]) => [path, text.replace('(* sluice_part *)', '')] as const);
    const netlists = [await elaborate(new Map(NESTED), 'top'), await inParts(), await elaborate(new Map(whole), 'top')];
    expect(netlists.map(({ kept }) => kept.size)).toEqual([2, 2, 0]);
    const simulators = await Promise.all(netlists.map((netlist) => simulatorOf(netlist, operations)));
    let x = 1n;
    for (let cycle = 0; cycle < 300; cycle++) {
      x = BigInt.asUintN(70, x * 0x5851f42d4c957f2dn + 0x14057b7ef767814fn);
      const [parts, nested, piece] = simulators.map((simulator) => {
        simulator.set('x', x);
        simulator.set('rst', cycle % 40 === 17 ? 1n : 0n);
        simulator.step();
        return ['y', 'z', 'low', 'old'].map((port) => simulator.get(port));
      });
      expect(parts, `cycle ${cycle}`).toEqual(piece);
      expect(nested, `cycle ${cycle}`).toEqual(piece);
    }
  },
);

it('a part runs though nothing reads it', async () => {
  const part =
    '(* sluice_part *)\nmodule p (clk, x); input wire clk; input wire [7:0] x;\n  (* keep *) reg [7:0] r; always @(posedge clk) r <= x;\nendmodule';
  const top =
    'module top (input wire clk, input wire [7:0] x, output wire [7:0] o); (* keep *) p a (.clk(clk), .x(x)); assign o = ~x; endmodule';
  const simulator = await simulatorOf(
    await elaborate(
      new Map([
        ['p.v', part],
        ['top.v', top],
      ]),
      'top',
    ),
  );
  simulator.set('x', 171n);
  simulator.step();
  const [register] = simulator.layout.registers;
  expect(simulator.bytes()[register?.address ?? 0]).toBe(171);
});

it('a part is read without what it has no instance of', async () => {
  const other = ['other.v', 'module other (input wire i, output wire o); assign ; endmodule'] as const;
  // Comments name everything; what a part needs are its instances.
  const files = new Map([other, ...PARTS].map(([path, text]) => [path, `// top, other, p0, p1\n${text}`]));
  await expect(elaborate(files, 'top')).rejects.toThrow(/other\.v:2/);
  files.set('p1.v', `${files.get('p1.v')}`.replace('assign same = y[3:0];', 'assign ;'));
  await expect(elaborate(files, 'top')).rejects.toThrow(/p1\.v:/);
});

it('says what is wrong between parts', async () => {
  const change = (...[a, b, c = '', d = '']: string[]) =>
    elaborate(new Map(PARTS.map(([path, text]) => [path, text.replace(a ?? '', b ?? '').replace(c, d)])), 'top');
  await expect(change('.x(x), .y(y)', '.v(x), .y(y)')).rejects.toThrow(/`p0'.*does not have a port named 'v'/s);
  const clocks = change(
    'top (input wire aclk,',
    'top (input wire other, input wire aclk,',
    'p0 a (.clk(aclk)',
    'p0 a (.clk(other)',
  );
  await expect(simulatorOf(await clocks)).rejects.toThrow("not on the design's one clock input");
});
