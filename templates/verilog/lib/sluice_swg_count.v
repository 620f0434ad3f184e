// One level of a loop nest: counts `step` from 0 to LENGTH - 1 and starts again; `last` in its last round.
module sluice_swg_count #(
    parameter LENGTH = 2
) (
    input wire clk,
    input wire rst,
    input wire step,
    output wire last
);
  generate
    if (LENGTH == 1) begin : g_once
      assign last = 1'b1;
      /* verilator lint_off UNUSED */
      wire [2:0] unused = {clk, rst, step};
      /* verilator lint_on UNUSED */
    end else begin : g_loop
      localparam integer BITS = $clog2(LENGTH);
      localparam integer FINAL = LENGTH - 1;
      reg [BITS-1:0] count;
      assign last = count == FINAL[BITS-1:0];
      always @(posedge clk) begin
        if (rst) count <= {BITS{1'b0}};
        else if (step) count <= last ? {BITS{1'b0}} : count + 1'b1;
      end
    end
  endgenerate
endmodule
