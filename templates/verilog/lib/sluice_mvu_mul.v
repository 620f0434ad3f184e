// One product of an activation x and a weight w, in the cheapest form that their types allow:
//
//     x * w = p + carry        p signed unless both factors are non-negative bits
//
// `carry` completes a negation (ones' complement plus one); the adder tree takes it as a carry-in for free.
// Kinds: 0 unsigned, 1 signed, 2 bipolar (one bit: 0 is -1, 1 is +1), 3 ternary (signed, two bits, -1, 0 or +1).
// Bipolar times bipolar is the exception: p is 1 where the factors agree, and x * w = 2 p - 1.
module sluice_mvu_mul #(
    parameter X_KIND = 1,
    parameter X_BITS = 4,
    parameter W_KIND = 1,
    parameter W_BITS = 4,
    parameter DSP = 0,
    parameter P_BITS = 8
) (
    input  wire [X_BITS-1:0] x,
    input  wire [W_BITS-1:0] w,
    output wire [P_BITS-1:0] p,
    output wire              carry
);
  generate
    if (X_KIND == 2 && W_KIND == 2) begin : xnor_gate
      assign p = ~(x ^ w);
      assign carry = 1'b0;
    end else if (X_KIND == 2) begin : negate_w
      wire [P_BITS-1:0] wide;
      sluice_mvu_extend #(.SIGNED(W_KIND != 0), .FROM(W_BITS), .TO(P_BITS)) extend (.in(w), .out(wide));
      assign p = wide ^ {P_BITS{~x[0]}};
      assign carry = ~x[0];
    end else if (W_KIND == 2 || W_KIND == 3) begin : negate_x
      wire [P_BITS-1:0] wide;
      wire negative = W_KIND == 2 ? ~w[0] : w[W_BITS-1];
      sluice_mvu_extend #(.SIGNED(X_KIND), .FROM(X_BITS), .TO(P_BITS)) extend (.in(x), .out(wide));
      assign p = (W_KIND == 2 ? wide : wide & {P_BITS{w[0]}}) ^ {P_BITS{negative}};
      assign carry = negative;
    end else if (W_KIND == 0 && W_BITS == 1) begin : gate_x
      assign p = x & {P_BITS{w[0]}};
      assign carry = 1'b0;
    end else if (X_KIND == 0 && X_BITS == 1) begin : gate_w
      assign p = w & {P_BITS{x[0]}};
      assign carry = 1'b0;
    end else if (DSP != 0) begin : multiplier
      wire signed [P_BITS-1:0] wide_x;
      wire signed [P_BITS-1:0] wide_w;
      sluice_mvu_extend #(.SIGNED(X_KIND), .FROM(X_BITS), .TO(P_BITS)) extend_x (.in(x), .out(wide_x));
      sluice_mvu_extend #(.SIGNED(W_KIND), .FROM(W_BITS), .TO(P_BITS)) extend_w (.in(w), .out(wide_w));
      (* use_dsp = "yes" *) wire signed [P_BITS-1:0] product;
      assign product = wide_x * wide_w;
      assign p = product;
      assign carry = 1'b0;
    end else if (X_BITS + (X_KIND == 0 ? 1 : 0) < W_BITS + (W_KIND == 0 ? 1 : 0)) begin : booth_x
      sluice_mvu_booth #(
        .A_SIGNED(W_KIND), .A_BITS(W_BITS), .B_SIGNED(X_KIND), .B_BITS(X_BITS), .P_BITS(P_BITS)
      ) booth (.a(w), .b(x), .p(p), .carry(carry));
    end else begin : booth_w
      sluice_mvu_booth #(
        .A_SIGNED(X_KIND), .A_BITS(X_BITS), .B_SIGNED(W_KIND), .B_BITS(W_BITS), .P_BITS(P_BITS)
      ) booth (.a(x), .b(w), .p(p), .carry(carry));
    end
  endgenerate
endmodule
