/** Registers and memories against Icarus Verilog. */
import { describe, expect, it } from 'vitest';
import type { YosysNetlist } from '../../../src/tools/elaborate.ts';
import { runYosysScript, type YosysModule } from '../../../src/tools/yosys.ts';
import { expectSame } from './compare.ts';
import { type Bench, hasIcarus, netlistOf, sourceOf } from './icarus.ts';
import { randomFrom } from './random.ts';

/** A clocked module with control `c` (8 bits), address `n` (6 bits) and data `d`. */
function bench(d: number, body: string, outputs: Readonly<Record<string, number>>, files?: Bench['files']): Bench {
  return {
    body,
    clocked: true,
    inputs: [
      { name: 'c', width: 8 },
      { name: 'n', width: 6 },
      { name: 'd', width: d },
    ],
    outputs: Object.entries(outputs).map(([name, width]) => ({ name, width })),
    ...(files === undefined ? {} : { files }),
  };
}

async function check(design: Bench, chunkNodes = 6000, elaborate = netlistOf): Promise<string[]> {
  const random = randomFrom(11);
  const vectors = Array.from({ length: 300 }, (_, i) => {
    // Every control line is high in the first cycle, so that resets leave nothing unknown.
    const control = i === 0 ? 255n : random.bits(8);
    return [control, BigInt(random.below(64)), random.corner(design.inputs[2]?.width ?? 1)];
  });
  return expectSame(design, vectors, { mayBeUnknown: true, chunkNodes, elaborate });
}

/** With the registers of synchronous reads merged into the memories. */
async function withClockedReads(design: Bench): Promise<YosysNetlist> {
  const passes = 'proc; flatten; opt -full; memory_dff; memory_collect; write_json n.json';
  const script = `read_verilog dut.v; hierarchy -top dut; ${passes}`;
  const { files } = await runYosysScript(new Map([['dut.v', sourceOf(design)]]), script);
  const netlist = JSON.parse(String(files.get('n.json'))) as { modules: { dut: YosysModule } };
  return { top: 'dut', module: netlist.modules.dut, kept: new Map() };
}

const WIDTHS = [1, 13, 64, 65, 130];

describe.skipIf(!hasIcarus)('state against Icarus (skipped without iverilog)', () => {
  it('agrees on every kind of flip-flop', async () => {
    const seen = new Set<string>();
    for (const width of WIDTHS) {
      const q = (i: number): string => `reg [${width - 1}:0] q${i} = ${i % 2}; assign y${i} = q${i};`;
      const body = [
        `${q(0)} always @(posedge clk) q0 <= d;`,
        `${q(1)} always @(posedge clk) if (c[0]) q1 <= d + q1;`,
        `${q(2)} always @(posedge clk) if (c[1]) q2 <= 1; else q2 <= d;`,
        `${q(3)} always @(posedge clk) if (c[1]) q3 <= 0; else if (c[2]) q3 <= d;`,
        `${q(4)} always @(posedge clk) if (c[2]) begin if (!c[1]) q4 <= {${width}{1'b1}}; else q4 <= d; end`,
        `${q(5)} always @(posedge clk or posedge c[3]) if (c[3]) q5 <= 1; else q5 <= q5 + d;`,
        `${q(6)} always @(posedge clk or negedge c[4]) if (!c[4]) q6 <= 0; else if (c[5]) q6 <= ~d;`,
        `${q(7)} always @(posedge clk) begin q7 <= q8; end`,
        `${q(8)} always @(posedge clk) begin q8 <= q7 ^ d; end`,
      ];
      const outputs = Object.fromEntries(body.map((_, i) => [`y${i}`, width]));
      const design = bench(width, body.join('\n'), outputs);
      for (const chunkNodes of [6000, 7]) for (const type of await check(design, chunkNodes)) seen.add(type);
    }
    const kinds = ['$dff', '$dffe', '$sdff', '$sdffe', '$sdffce', '$adff', '$adffe'];
    expect([...seen]).toEqual(expect.arrayContaining(kinds));
  });

  it('agrees on memories: synchronous and asynchronous reads, masks, several ports, no power of two', async () => {
    for (const width of [4, 13, 32, 64, 100]) {
      const half = Math.ceil(width / 2);
      const m = (i: number, depth: number): string => `reg [${width - 1}:0] m${i} [0:${depth - 1}];`;
      const clear = (i: number, depth: number): string =>
        `integer i${i}; initial for (i${i} = 0; i${i} < ${depth}; i${i} = i${i} + 1) m${i}[i${i}] = i${i} * 77;`;
      const q = (i: number): string => `reg [${width - 1}:0] q${i} = 0; assign y${i} = q${i};`;
      const body = [
        `${m(0, 64)} ${clear(0, 64)} assign y0 = m0[n]; always @(posedge clk) if (c[0]) m0[n ^ c[1]] <= d;`,
        `${m(1, 64)} ${clear(1, 64)} ${q(1)} always @(posedge clk) begin q1 <= m1[n]; if (c[0]) m1[n] <= d; end`,
        `${m(2, 50)} ${clear(2, 50)} ${q(2)} always @(posedge clk) begin if (c[3]) q2 <= m2[n]; m2[n[4:0]] <= d; end`,
        `${m(3, 64)} ${clear(3, 64)} assign y3 = m3[n]; always @(posedge clk) begin
           if (c[0]) m3[n][${half - 1}:0] <= d; if (c[1]) m3[n][${width - 1}:${half}] <= d[${half - 1}:0] ^ c; end`,
        `${m(4, 5)} ${clear(4, 5)} assign y4 = m4[n[2:0]]; always @(posedge clk) begin
           if (c[0]) m4[n[2:0]] <= d; if (c[2]) m4[n[5:3]] <= ~d; end`,
        `reg [${width - 1}:0] m5 [7:12]; ${clear(5, 0)} assign y5 = m5[n]; always @(posedge clk) m5[n[3:0]] <= d;`,
      ];
      const outputs = Object.fromEntries(body.map((_, i) => [`y${i}`, width]));
      const design = bench(width, body.join('\n'), outputs);
      for (const chunkNodes of [6000, 9]) expect(await check(design, chunkNodes)).toContain('$mem_v2');
    }
  });

  it('agrees on clocked read ports: enable, reset, transparency', async () => {
    const m = (i: number): string =>
      `reg [19:0] m${i} [0:63]; integer i${i}; initial for (i${i} = 0; i${i} < 64; i${i} = i${i} + 1) m${i}[i${i}] = i${i} * 77;
       reg [19:0] q${i}; assign y${i} = q${i}; always @(posedge clk) if (c[0]) m${i}[n ^ c[2]] <= d;`;
    const through = `if (c[0] && (n ^ c[2]) == n) q3 <= d; else q3 <= m3[n];`;
    const body = [
      `${m(0)} always @(posedge clk) q0 <= m0[n];`,
      `${m(1)} always @(posedge clk) if (c[1]) q1 <= m1[n];`,
      `${m(2)} always @(posedge clk) if (c[4]) q2 <= 5; else if (c[1]) q2 <= m2[n];`,
      `${m(3)} always @(posedge clk) begin ${through} end`,
      `${m(4)} always @(posedge clk) if (c[1]) begin if (c[4]) q4 <= 9; else q4 <= m4[n]; end`,
    ];
    const design = bench(20, body.join('\n'), { y0: 20, y1: 20, y2: 20, y3: 20, y4: 20 });
    const netlist = await withClockedReads(design);
    const memories = Object.values(netlist.module.cells).filter((cell) => cell.type === '$mem_v2');
    const clocked = memories.filter((cell) => cell.parameters['RD_CLK_ENABLE']?.includes('1'));
    expect(clocked.length).toBe(5);
    expect(memories.some((cell) => cell.parameters['RD_TRANSPARENCY_MASK']?.includes('1'))).toBe(true);
    await check(design, 6000, withClockedReads);
  });

  it('agrees on a ROM that $readmemh fills from a relative path', async () => {
    const random = randomFrom(5);
    const words = Array.from({ length: 64 }, () => random.bits(77).toString(16));
    const body = `reg [76:0] rom [0:63]; initial $readmemh("data/rom.hex", rom);
      reg [76:0] q = 0; always @(posedge clk) q <= rom[n]; assign y0 = q; assign y1 = rom[n ^ c];`;
    const files = new Map([['data/rom.hex', words.join('\n')]]);
    expect(await check(bench(1, body, { y0: 77, y1: 77 }, files))).toContain('$mem_v2');
  });
});
