// One element of a row that sluice_attend gives: clamp((sum * reciprocal + half) >> SHIFT, LO, HI), SHIFT >= 1, in two
// stages: the product, and the result.
module sluice_attend_mean #(
    parameter ACC_BITS = 29,
    parameter QUOTIENT = 24,
    parameter SHIFT = 30,
    parameter OUT_BITS = 8,
    parameter LO = -128,
    parameter HI = 127
) (
    input  wire                clk,
    input  wire                ce,
    input  wire [ACC_BITS-1:0] sum,
    input  wire [QUOTIENT-1:0] reciprocal,
    output reg  [OUT_BITS-1:0] y
);
  localparam P_BITS = ACC_BITS + QUOTIENT;
  // Room for the clamps and the result beside what is left of the product.
  localparam KEPT = P_BITS > SHIFT ? P_BITS - SHIFT : 1;
  localparam W = (KEPT > OUT_BITS ? KEPT : OUT_BITS) + 2;
  localparam T_BITS = W + SHIFT;

  wire [P_BITS-1:0] times;
  sluice_product #(.A_BITS(QUOTIENT), .B_BITS(ACC_BITS), .DSP(1)) multiply (.a(reciprocal), .b(sum), .p(times));
  reg [P_BITS-1:0] product;
  always @(posedge clk) if (ce) product <= times;

  wire [T_BITS-1:0] wide;
  sluice_mvu_extend #(.SIGNED(1), .FROM(P_BITS), .TO(T_BITS)) extend (.in(product), .out(wide));
  wire [T_BITS-1:0] total = wide + ({{(T_BITS - 1) {1'b0}}, 1'b1} << (SHIFT - 1));
  wire signed [W-1:0] rounded = total[SHIFT+:W];
  wire unused_fraction = &{1'b0, total[SHIFT-1:0]};
  localparam [W+31:0] LOW = {{(W + 1) {LO[31]}}, LO[30:0]};
  localparam [W+31:0] HIGH = {{(W + 1) {HI[31]}}, HI[30:0]};
  wire signed [W-1:0] low = LOW[W-1:0];
  wire signed [W-1:0] high = HIGH[W-1:0];
  wire [W-1:0] clamped = rounded < low ? low : rounded > high ? high : rounded;
  wire unused_high = &{1'b0, clamped[W-1:OUT_BITS]};
  always @(posedge clk) if (ce) y <= clamped[OUT_BITS-1:0];
endmodule
