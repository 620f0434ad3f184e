/** A design in pieces: shells, parts, and the C++ that joins them. */
import { expect, it } from 'vitest';
import { pieces } from '../../../src/sim/verilator/parts.ts';

const PARTS: readonly (readonly [string, string])[] = [
  ['lib.v', 'module parity(input wire [3:0] i, output wire o); assign o = ^i; endmodule'],
  ['other.v', 'module other(input wire x); endmodule'],
  [
    'c_part0.v',
    `(* sluice_part *)
module c_part0 (clk, ce, x, wide);
    input wire clk;
    input wire ce;
    input wire [69:0] x;
    output [39:0] wide;
    reg [39:0] wide; // input wire no;
    wire p; parity t (.i(x[3:0]), .o(p));
endmodule`,
  ],
  [
    'c_part1.v',
    '(* sluice_part *)\nmodule c_part1 (wide, y);\n    input wire [39:0] wide;\n    output [0:0] y;\nendmodule',
  ],
  [
    'c_parts.v',
    `// All parts.
(* sluice_parts *)
module c_parts (clk, ce, x, y);
    input wire clk;
    input wire ce;
    input wire [69:0] x;
    output [0:0] y;
    wire [39:0] wide;
    c_part0 part0 (
        .clk(clk), .ce(ce), .x(x), .wide(wide)
    );
    c_part1 part1 (
        .wide(wide), .y(y)
    );
endmodule`,
  ],
  ['d_part0.v', '(* sluice_part *)\nmodule d_part0 (a, b);\n    input wire [2:0] a;\n    output [2:0] b;\nendmodule'],
  [
    'd_parts.v',
    `(* sluice_parts *)\nmodule d_parts (a, b);\n    input wire [2:0] a;\n    output [2:0] b;\n    d_part0 part0 (\n        .a(a), .b(b)\n    );\nendmodule`,
  ],
  ['top.v', 'module top; c_parts c(); d_parts d(); other o(); endmodule'],
];

const FOUND = pieces(new Map(PARTS));
const textOf = (found: ReadonlyMap<string, unknown>, name: string): string => String(found.get(name));

it('takes parts out, each with what it has instances of, and leaves a shell', () => {
  expect(FOUND.paths).toEqual(['lib.v', 'other.v', 'c_parts.v', 'd_parts.v', 'top.v']);
  expect(FOUND.parts).toEqual([
    { module: 'c_part0', paths: ['lib.v', 'c_part0.v'] },
    { module: 'c_part1', paths: ['c_part1.v'] },
    { module: 'd_part0', paths: ['d_part0.v'] },
  ]);
  expect([...FOUND.glue.keys()].sort()).toEqual([
    'c_part0.cpp',
    'c_part1.cpp',
    'c_parts.cpp',
    'd_part0.cpp',
    'd_parts.cpp',
  ]);
  expect(textOf(FOUND.files, 'top.v')).toBe(new Map(PARTS).get('top.v'));
});

it('hands over ports in words of 32 bits, and the clock as an edge', () => {
  const shell = textOf(FOUND.files, 'c_parts.v');
  for (const line of [
    'input bit [127:0] in',
    "assign in[31:0] = {31'd0, ce};",
    "assign in[127:32] = {26'd0, x};",
    'assign y = out[0:0];',
    'always @(posedge clk) tick <= c_parts_edge(parts, in);',
  ])
    expect(shell).toContain(line);
  expect(textOf(FOUND.files, 'd_parts.v')).not.toContain('posedge');
  const glue = textOf(FOUND.glue, 'c_parts.cpp');
  for (const text of [
    '{"ce", 0, 1},',
    '{"x", 1, 3},',
    '{"y", 0, 1},',
    'c_part0_part(context),\n        c_part1_part(context),',
  ])
    expect(glue).toContain(text);
});

it('names the ports of each model', () => {
  const part = textOf(FOUND.glue, 'c_part0.cpp');
  expect([...part.matchAll(/\{"(\w+)"/g)].map(([, name]) => name)).toEqual(['ce', 'x', 'wide']);
  expect(part).toContain('part.clock = &model->clk;');
  expect(textOf(FOUND.glue, 'c_part1.cpp')).not.toContain('clock');
});

it('leaves a design without parts as it is', () => {
  const files = new Map([['top.v', 'module top; endmodule']]);
  expect(pieces(files)).toEqual({ files, paths: ['top.v'], parts: [], glue: new Map() });
});
