// Two products that share a factor, from one multiplier of 27 by 18 bits: word = (x * w1) * 2^FIELD + x * w0.
//
// The multiplicand is w1 * 2^FIELD + w0, an addition that the pre-adder of a multiplier block can make: FIELD + W_BITS
// + 1 bits, as a negative w0 may take it below -2^(FIELD + W_BITS - 1).
// Kinds: 0 unsigned, 1 signed.
module sluice_mvu_twin #(
    parameter X_KIND = 1,
    parameter X_BITS = 8,
    parameter W_KIND = 1,
    parameter W_BITS = 8,
    parameter FIELD = 17
) (
    input  wire [ X_BITS-1:0] x,
    input  wire [ W_BITS-1:0] w0,
    input  wire [ W_BITS-1:0] w1,
    output wire [2*FIELD-1:0] word
);
  localparam A_BITS = FIELD + W_BITS + 1;
  wire signed [A_BITS-1:0] low;
  wire signed [A_BITS-1:0] high;
  wire signed [2*FIELD-1:0] factor;
  sluice_mvu_extend #(.SIGNED(W_KIND), .FROM(W_BITS), .TO(A_BITS)) extend_low (.in(w0), .out(low));
  sluice_mvu_extend #(.SIGNED(W_KIND), .FROM(W_BITS + FIELD), .TO(A_BITS)) extend_high (
    .in({w1, {FIELD{1'b0}}}), .out(high));
  sluice_mvu_extend #(.SIGNED(X_KIND), .FROM(X_BITS), .TO(2 * FIELD)) extend_x (.in(x), .out(factor));

  wire signed [A_BITS-1:0] both = high + low;
  (* use_dsp = "yes" *) wire signed [2*FIELD-1:0] product;
  assign product = both * factor;
  assign word = product;
endmodule
