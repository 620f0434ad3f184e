// A flag, DEPTH cycles later; low after reset. DEPTH 0 is a wire.
module sluice_rows_flag #(
    parameter DEPTH = 1
) (
    input  wire clk,
    input  wire rst,
    input  wire in,
    output wire out
);
  generate
    if (DEPTH == 0) begin : none
      wire unused = &{1'b0, clk, rst};
      assign out = in;
    end else begin : some
      reg [DEPTH-1:0] stages;
      wire [DEPTH:0] shifted = {stages, in};
      always @(posedge clk) begin
        if (rst) stages <= {DEPTH{1'b0}};
        else stages <= shifted[DEPTH-1:0];
      end
      assign out = stages[DEPTH-1];
      wire unused = shifted[DEPTH];
    end
  endgenerate
endmodule
