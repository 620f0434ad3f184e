// floor((x + 2^(n-1)) / 2^n): a right shift by a variable amount that rounds half up; x itself for n = 0. Combinational.
module sluice_round_shift #(
    parameter SIGNED = 1,
    parameter BITS = 8,
    parameter N_BITS = 3
) (
    input  wire [BITS-1:0]   x,
    input  wire [N_BITS-1:0] n,
    output wire [BITS-1:0]   y
);
  // One bit below the point: the last one that falls off is what rounds. The sum never needs a bit more than x.
  wire signed [BITS+1:0] wide = {SIGNED != 0 ? x[BITS-1] : 1'b0, x, 1'b0};
  wire signed [BITS+1:0] shifted = wide >>> n;
  wire [BITS-1:0] round = {{(BITS - 1) {1'b0}}, shifted[0]};
  assign y = shifted[BITS:1] + round;
  wire unused = shifted[BITS+1];
endmodule
