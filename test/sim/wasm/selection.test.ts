/** Selections, case statements, loops and functions against Icarus Verilog. */
import { describe, expect, it } from 'vitest';
import { expectSame } from './compare.ts';
import { type Bench, hasIcarus } from './icarus.ts';
import { randomFrom } from './random.ts';

/** `a` is wide, `s` selects, `d` is data. */
function bench(a: number, s: number, d: number, outputs: readonly (readonly [number, string])[]): Bench {
  const body = outputs.map(([, text], i) => text.replaceAll('Y', `y${i}`).replaceAll('T', `t${i}`));
  return {
    body: body.join('\n'),
    clocked: false,
    inputs: [
      { name: 'a', width: a },
      { name: 's', width: s },
      { name: 'd', width: d },
    ],
    outputs: outputs.map(([width], i) => ({ name: `y${i}`, width })),
  };
}

async function check(design: Bench, mayBeUnknown = false, count = 120): Promise<string[]> {
  const random = randomFrom(7);
  const vectors = Array.from({ length: count }, () => design.inputs.map((port) => random.corner(port.width)));
  return expectSame(design, vectors, { mayBeUnknown });
}

describe.skipIf(!hasIcarus)('selections against Icarus (skipped without iverilog)', () => {
  it('agree on variable part selects and writes', async () => {
    const cells = await check(
      bench(300, 8, 24, [
        [1, 'assign Y = a[s];'],
        [8, 'assign Y = a[s +: 8];'],
        [60, 'assign Y = a[s +: 60];'],
        [150, 'assign Y = a[s +: 150];'],
        [24, 'assign Y = a[s[2:0] * 24 +: 24];'],
        [24, 'assign Y = a[s -: 24];'],
        [300, 'reg [299:0] T; always @* begin T = a; T[s +: 24] = d; end assign Y = T;'],
        [40, 'reg [39:0] T; always @* begin T = 0; T[s[5:0]] = 1; end assign Y = T;'],
        [64, 'reg [63:0] T; always @* begin T = a; T[s[1:0] * 16 +: 16] = d; end assign Y = T;'],
      ]),
      true,
    );
    expect(cells).toEqual(expect.arrayContaining(['$shiftx']));
  });

  it('agree on case statements', async () => {
    const items = Array.from({ length: 12 }, (_, i) => `${i * 3}: T = a[${i * 5} +: 20] ^ d;`).join(' ');
    const table = Array.from({ length: 256 }, (_, i) => `${i}: T = ${(i * 40503) % 65536};`).join(' ');
    const cells = await check(
      bench(130, 8, 20, [
        [20, `reg [19:0] T; always @* case (s) ${items} default: T = d; endcase assign Y = T;`],
        [16, `reg [15:0] T; always @* case (s) ${table} endcase assign Y = T;`],
        [
          8,
          "reg [7:0] T; always @* casez (s) 8'b1???_????: T = 1; 8'b01??_????: T = d; default: T = 3; endcase assign Y = T;",
        ],
        [
          8,
          'reg [7:0] T; always @* if (s[0]) T = d; else if (s[1]) T = a; else if (s[2]) T = ~d; else T = 9; assign Y = T;',
        ],
        [
          90,
          'reg [89:0] T; always @* case (s[1:0]) 0: T = a; 1: T = {a, d}; 2: T = a >> 3; default: T = {5{d}}; endcase assign Y = T;',
        ],
      ]),
    );
    expect(cells).toEqual(expect.arrayContaining(['$pmux', '$mem_v2']));
  });

  it('agree on loops and functions', async () => {
    const count =
      'integer i; reg [7:0] T; always @* begin T = 0; for (i = 0; i < 130; i = i + 1) T = T + a[i]; end assign Y = T;';
    const reversed = 'genvar g; generate for (g = 0; g < 130; g = g + 1) assign Y[g] = a[129 - g]; endgenerate';
    const gray =
      'wire [19:0] T; assign T[19] = d[19]; genvar h; generate for (h = 0; h < 19; h = h + 1) assign T[h] = T[h + 1] ^ d[h]; endgenerate assign Y = T;';
    const clamp = `function signed [7:0] sat; input signed [19:0] v; sat = v > 127 ? 127 : v < -128 ? -128 : v[7:0]; endfunction
      assign Y = sat($signed(d) >>> s[2:0]);`;
    await check(
      bench(130, 8, 20, [
        [8, count],
        [130, reversed],
        [20, gray],
        [8, clamp],
      ]),
    );
  });
});
