// One element on its way out of sluice_layernorm: C x, less the row's sum, times r, shifted, clamped: four registers.
module sluice_layernorm_lane #(
    parameter X_W    = 8,
    parameter C_BITS = 3,
    parameter C      = 4,
    parameter D_W    = 12,
    parameter R_W    = 13,
    parameter N_W    = 5,
    parameter LIMIT  = 100,
    parameter OUT_W  = 8
) (
    input  wire             clk,
    input  wire             ce,
    input  wire [X_W-1:0]   x,
    input  wire [D_W-1:0]   mean,
    input  wire [R_W-1:0]   r,
    input  wire [N_W-1:0]   n,
    output wire [OUT_W-1:0] y
);
  localparam P_W = D_W + R_W + 1;
  localparam Q_W = P_W > 33 ? P_W : 33;
  localparam integer COUNT = C;
  localparam signed [Q_W-1:0] HIGH = {{(Q_W-31){1'b0}}, LIMIT[30:0]};
  localparam signed [Q_W-1:0] LOW = -HIGH;

  reg [D_W-1:0] scaled, distance;
  reg signed [P_W-1:0] product;
  reg signed [Q_W-1:0] clamped;
  // Modulo 2^D_W, which holds C x - S though not C x.
  wire [D_W+X_W-1:0] x_wide = {{D_W{x[X_W-1]}}, x};
  wire [D_W+C_BITS-1:0] count_wide = {{D_W{1'b0}}, COUNT[C_BITS-1:0]};
  wire signed [P_W-1:0] distance_wide = {{(P_W-D_W){distance[D_W-1]}}, distance};
  wire signed [P_W-1:0] r_wide = {{(P_W-R_W){1'b0}}, r};
  wire [P_W-1:0] shifted;
  sluice_round_shift #(.SIGNED(1), .BITS(P_W), .N_BITS(N_W)) shifter (.x(product), .n(n), .y(shifted));
  wire [Q_W+P_W-1:0] shifted_wide = {{Q_W{shifted[P_W-1]}}, shifted};
  wire signed [Q_W-1:0] v = shifted_wide[Q_W-1:0];

  always @(posedge clk) if (ce) begin
    scaled <= x_wide[D_W-1:0] * count_wide[D_W-1:0];
    distance <= scaled - mean;
    product <= distance_wide * r_wide;
    clamped <= v < LOW ? LOW : v > HIGH ? HIGH : v;
  end

  wire [Q_W+OUT_W-1:0] result = {{OUT_W{clamped[Q_W-1]}}, clamped};
  assign y = result[OUT_W-1:0];
  wire unused = &{1'b0, x_wide, count_wide, shifted_wide, result};
endmodule
