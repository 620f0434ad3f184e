// One processing element: the dot product of SIMD activations and weights, accumulated over the beats of a row.
//
// `x` and `w` come from registers; sluice_mvu_sum sums and accumulates the products. `live` and `first` arrive with the
// sum (the caller delays them). COLUMNS is the number of products in a whole row.
module sluice_mvu_lane #(
    parameter SIMD = 8,
    parameter COLUMNS = 64,
    parameter X_KIND = 1,
    parameter X_BITS = 4,
    parameter W_KIND = 1,
    parameter W_BITS = 4,
    parameter DSP = 0,
    parameter ACC_BITS = 14
) (
    input  wire                   clk,
    input  wire                   ce,
    input  wire [SIMD*X_BITS-1:0] x,
    input  wire [SIMD*W_BITS-1:0] w,
    input  wire                   live,
    input  wire                   first,
    output wire [ACC_BITS-1:0]    acc
);
  // Bipolar rows count the agreeing pairs, n; their sum is 2 n - COLUMNS.
  localparam COUNTS = X_KIND == 2 && W_KIND == 2;
  localparam NEGATES = !COUNTS && (X_KIND == 2 || W_KIND >= 2);
  localparam GATES = !COUNTS && !NEGATES && ((W_KIND == 0 && W_BITS == 1) || (X_KIND == 0 && X_BITS == 1));
  localparam GATE_BY_W = W_KIND == 0 && W_BITS == 1;
  localparam P_BITS = COUNTS ? 1
    : NEGATES ? (X_KIND == 2 ? W_BITS + (W_KIND == 0 ? 1 : 0) : X_BITS + (X_KIND == 0 ? 1 : 0))
    : GATES ? (GATE_BY_W ? X_BITS : W_BITS)
    : X_BITS + W_BITS + (X_KIND == 0 && W_KIND == 0 ? 1 : 0);
  localparam P_SIGNED = COUNTS ? 0 : GATES ? (GATE_BY_W ? X_KIND : W_KIND) : 1;
  localparam X_SIZE = X_BITS + (X_KIND == 0 ? 1 : 0);
  localparam W_SIZE = W_BITS + (W_KIND == 0 ? 1 : 0);
  localparam ONE_DIGIT = X_SIZE <= 2 || W_SIZE <= 2;
  localparam CARRY = NEGATES || (ONE_DIGIT && !(COUNTS || GATES || DSP != 0));
  localparam T_BITS = P_BITS < ACC_BITS ? P_BITS : ACC_BITS;

  wire [SIMD*T_BITS-1:0] products;
  wire [SIMD-1:0] carries;
  genvar s;
  generate
    for (s = 0; s < SIMD; s = s + 1) begin : lane
      wire [P_BITS-1:0] p;
      sluice_mvu_mul #(
        .X_KIND(X_KIND), .X_BITS(X_BITS), .W_KIND(W_KIND), .W_BITS(W_BITS), .DSP(DSP), .P_BITS(P_BITS)
      ) mul (.x(x[s*X_BITS+:X_BITS]), .w(w[s*W_BITS+:W_BITS]), .p(p), .carry(carries[s]));
      sluice_mvu_extend #(.SIGNED(P_SIGNED), .FROM(P_BITS), .TO(T_BITS)) cut (
        .in(p), .out(products[s*T_BITS+:T_BITS]));
    end
  endgenerate

  // A hardware multiplier, or a single product, gets its register before the tree, others after the first level.
  localparam AT_ONCE = DSP != 0 || SIMD == 1;
  wire [SIMD*T_BITS-1:0] terms;
  wire [SIMD-1:0] term_carries;
  sluice_mvu_delay #(.WIDTH(SIMD * T_BITS), .DEPTH(AT_ONCE)) delay_products (
    .clk(clk), .ce(ce), .in(products), .out(terms));
  sluice_mvu_delay #(.WIDTH(SIMD), .DEPTH(CARRY && AT_ONCE)) delay_carries (
    .clk(clk), .ce(ce), .in(carries), .out(term_carries));
  sluice_mvu_sum #(
    .N(SIMD), .BITS(T_BITS), .SIGNED(P_SIGNED), .CARRY(CARRY), .LEFT(AT_ONCE ? 2 : 1), .COUNTS(COUNTS),
    .COLUMNS(COLUMNS), .ACC_BITS(ACC_BITS)
  ) row (
    .clk(clk), .ce(ce), .terms(terms), .carries(term_carries), .live(live), .first(first), .acc(acc));
endmodule
