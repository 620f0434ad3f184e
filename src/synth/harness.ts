/** A frame around a design that leaves it without a pin of its own, so that any width can be placed and timed. */

export interface Pin {
  readonly name: string;
  readonly width: number;
  readonly input: boolean;
}

/** Its top module. */
export const HARNESS = 'sluice_pins';

/**
 * Inputs come from a shift register, outputs are caught in registers that fold into one bit. All paths of the design then
 * start and end at registers, as they do in a larger system, and five pins suffice.
 */
export function harness(top: string, pins: readonly Pin[]): string {
  const sum = (input: boolean): number => pins.filter((p) => p.input === input).reduce((n, p) => n + p.width, 0);
  const [ins, outs] = [sum(true), sum(false)];
  const at = { in: 0, out: 0 };
  const ports = pins.map(({ name, width, input }) => {
    const side = input ? 'in' : 'out';
    const low = at[side];
    at[side] += width;
    return `.${name}(${input ? 'given' : 'made'}[${low + width - 1}:${low}])`;
  });
  return [
    `module ${HARNESS} (input wire clk, input wire rst_n, input wire shift, output reg fold);`,
    `  reg [${ins - 1}:0] given;`,
    `  wire [${outs - 1}:0] made;`,
    `  reg [${outs - 1}:0] caught;`,
    '  always @(posedge clk) begin',
    `    given <= {given[${Math.max(0, ins - 2)}:0], shift};`,
    "    caught <= made ^ {caught, 1'b0};",
    `    fold <= caught[${outs - 1}];`,
    '  end',
    `  ${top} design (`,
    `    ${['.aclk(clk)', '.aresetn(rst_n)', ...ports].join(',\n    ')}`,
    '  );',
    'endmodule',
    '',
  ].join('\n');
}
