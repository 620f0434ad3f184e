// An unsigned times a signed integer. Combinational.
module sluice_product #(
    parameter A_BITS = 8,
    parameter B_BITS = 8,
    parameter DSP = 0
) (
    input  wire [A_BITS-1:0]        a,
    input  wire [B_BITS-1:0]        b,
    output wire [A_BITS+B_BITS-1:0] p
);
  wire signed [A_BITS+B_BITS-1:0] wide_a = {{B_BITS{1'b0}}, a};
  wire signed [A_BITS+B_BITS-1:0] wide_b = {{A_BITS{b[B_BITS-1]}}, b};
  generate
    if (DSP != 0) begin : block
      (* use_dsp = "yes" *) wire signed [A_BITS+B_BITS-1:0] product;
      assign product = wide_a * wide_b;
      assign p = product;
    end else begin : luts
      (* use_dsp = "no" *) wire signed [A_BITS+B_BITS-1:0] product;
      assign product = wide_a * wide_b;
      assign p = product;
    end
  endgenerate
endmodule
