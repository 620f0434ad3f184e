// Normalises rows of C elements, PE per beat: y = clamp((C x - S) r >> (SHIFT + e), -LIMIT, LIMIT), rounded half up, with
// S the row's sum (0 unless CENTER) and (r, e) the reciprocal root of (C * squares - S * S) * 2^GUARD + EPSILON.
//
// EPSILON = EPSILON_HI * 2^30 + EPSILON_LO. Sums and root always move (SETTLE = 14 cycles); five stages lead out.
module sluice_layernorm #(
    parameter PE         = 1,
    parameter IN_W       = 8,
    parameter IN_KIND    = 1,
    parameter X_W        = 8,
    parameter C          = 4,
    parameter CENTER     = 1,
    parameter S_W        = 10,
    parameter SS_W       = 18,
    parameter D_W        = 12,
    parameter GUARD      = 0,
    parameter EPSILON_LO = 0,
    parameter EPSILON_HI = 0,
    parameter W_BITS     = 20,
    parameter E_W        = 4,
    parameter INDEX      = 6,
    parameter GUESS      = 7,
    parameter ARGUMENT   = 14,
    parameter RESULT     = 12,
    parameter SHIFT      = 4,
    parameter N_W        = 5,
    parameter LIMIT      = 100,
    parameter OUT_W      = 8,
    parameter DEPTH      = 20,
    parameter SETTLE     = 14,
    parameter TABLE_FILE = ""
) (
    input  wire                clk,
    input  wire                rst,
    input  wire [PE*IN_W-1:0]  in_data,
    input  wire                in_valid,
    output wire                in_ready,
    output wire [PE*OUT_W-1:0] out_data,
    output wire                out_valid,
    input  wire                out_ready
);
  localparam BEATS   = C / PE;
  localparam STATS_W = E_W + RESULT + 1 + S_W;
  localparam C_BITS  = $clog2(C + 1);
  localparam integer COUNT = C;
  localparam A_W     = (SS_W + C_BITS > 2 * S_W ? SS_W + C_BITS : 2 * S_W) + 1;

  wire take, first, last, ce;
  wire [PE*IN_W-1:0] row_word;
  wire [STATS_W-1:0] stats, row_stats;
  sluice_rows #(
      .WIDTH(PE*IN_W), .STATS_W(STATS_W), .BEATS(BEATS), .DEPTH(DEPTH), .FRONT(0), .SETTLE(SETTLE), .OUT(5)
  ) rows (
      .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .take(take), .first(first), .last(last),
      .word(in_data), .stats(stats), .ce(ce), .row_word(row_word), .row_stats(row_stats), .out_valid(out_valid),
      .out_ready(out_ready)
  );

  // 1 to 3: elements, their squares, both summed over the lanes
  wire [PE*X_W-1:0] elements;
  sluice_cast #(.LANES(PE), .IN_BITS(IN_W), .IN_KIND(IN_KIND), .OUT_BITS(X_W), .OUT_KIND(1)) cast (
      .in_data(in_data), .out_data(elements)
  );
  reg [PE*X_W-1:0]   x1, x2;
  reg [PE*SS_W-1:0]  squares;
  reg [S_W-1:0]      sum3;
  reg [SS_W-1:0]     squares3;
  wire [PE*SS_W-1:0] squared;
  reg [S_W-1:0]  sums;
  reg [SS_W-1:0] totals;
  integer k;
  always @* begin
    sums = {S_W{1'b0}};
    totals = {SS_W{1'b0}};
    for (k = 0; k < PE; k = k + 1) begin
      sums = sums + {{(S_W-X_W){x2[k*X_W+X_W-1]}}, x2[k*X_W+:X_W]};
      totals = totals + squares[k*SS_W+:SS_W];
    end
  end
  genvar p;
  generate
    for (p = 0; p < PE; p = p + 1) begin : square
      wire signed [2*X_W-1:0] wide = {{X_W{x1[p*X_W+X_W-1]}}, x1[p*X_W+:X_W]};
      wire [2*X_W-1:0] product = wide * wide;
      wire [SS_W+2*X_W-1:0] product_wide = {{SS_W{1'b0}}, product};
      assign squared[p*SS_W+:SS_W] = product_wide[SS_W-1:0];
      wire unused = &{1'b0, product_wide};
    end
  endgenerate

  // 4: over the beats of the row
  reg [2:0] valid, begins;
  reg [S_W-1:0]  sum;
  reg [SS_W-1:0] total;
  always @(posedge clk) begin
    if (rst) valid <= 3'b000;
    else valid <= {valid[1:0], take};
  end
  always @(posedge clk) begin
    begins <= {begins[1:0], first};
    x1 <= elements;
    x2 <= x1;
    squares <= squared;
    sum3 <= CENTER != 0 ? sums : {S_W{1'b0}};
    squares3 <= totals;
    if (valid[2]) begin
      sum <= begins[2] ? sum3 : sum + sum3;
      total <= begins[2] ? squares3 : total + squares3;
    end
  end

  // 5 and 6: the argument of the root
  reg [A_W-1:0] scaled, squared_sum;
  reg [W_BITS-1:0] w;
  wire [A_W-1:0] total_wide = {{(A_W-SS_W){1'b0}}, total};
  wire [A_W-1:0] count_wide = {{(A_W-C_BITS){1'b0}}, COUNT[C_BITS-1:0]};
  wire signed [A_W-1:0] sum_wide = {{(A_W-S_W){sum[S_W-1]}}, sum};
  wire [A_W-1:0] spread = scaled - squared_sum;
  wire [W_BITS+A_W-1:0] spread_wide = {{W_BITS{1'b0}}, spread};
  wire [W_BITS+59:0] epsilon = {{W_BITS{1'b0}}, EPSILON_HI[29:0], EPSILON_LO[29:0]};
  always @(posedge clk) begin
    scaled <= total_wide * count_wide;
    squared_sum <= sum_wide * sum_wide;
    w <= (spread_wide[W_BITS-1:0] << GUARD) + epsilon[W_BITS-1:0];
  end

  // 7 to 14
  wire [RESULT:0] r;
  wire [E_W-1:0] e;
  wire [S_W-1:0] sum_late;
  sluice_inverse_root #(
      .W_BITS(W_BITS), .E_W(E_W), .INDEX(INDEX), .GUESS(GUESS), .ARGUMENT(ARGUMENT), .RESULT(RESULT),
      .TABLE_FILE(TABLE_FILE)
  ) root (.clk(clk), .w(w), .r(r), .e(e));
  sluice_mvu_delay #(.WIDTH(S_W), .DEPTH(10)) along (.clk(clk), .ce(1'b1), .in(sum), .out(sum_late));
  assign stats = {e, r, sum_late};

  // Out: 1 is the store's register, 2 and 3 the distance from the mean times C, 4 its product with r, 5 the result
  wire [PE*X_W-1:0] row;
  sluice_cast #(.LANES(PE), .IN_BITS(IN_W), .IN_KIND(IN_KIND), .OUT_BITS(X_W), .OUT_KIND(1)) cast_row (
      .in_data(row_word), .out_data(row)
  );
  reg [S_W-1:0]  sum_q;
  reg [RESULT:0] r2, r3;
  reg [N_W-1:0]  n2, n3, n4;
  localparam integer BASE = SHIFT;
  wire [N_W+E_W-1:0] e_wide = {{N_W{1'b0}}, row_stats[S_W+RESULT+1+:E_W]};
  wire [D_W+S_W-1:0] mean = {{D_W{sum_q[S_W-1]}}, sum_q};
  always @(posedge clk) if (ce) begin
    sum_q <= row_stats[S_W-1:0];
    r2 <= row_stats[S_W+:RESULT+1];
    r3 <= r2;
    n2 <= e_wide[N_W-1:0] + BASE[N_W-1:0];
    n3 <= n2;
    n4 <= n3;
  end
  generate
    for (p = 0; p < PE; p = p + 1) begin : lane
      sluice_layernorm_lane #(
          .X_W(X_W), .C_BITS(C_BITS), .C(C), .D_W(D_W), .R_W(RESULT + 1), .N_W(N_W), .LIMIT(LIMIT), .OUT_W(OUT_W)
      ) scale (
          .clk(clk), .ce(ce), .x(row[p*X_W+:X_W]), .mean(mean[D_W-1:0]), .r(r3), .n(n4), .y(out_data[p*OUT_W+:OUT_W])
      );
    end
  endgenerate
  wire unused = &{1'b0, last, k[0], spread_wide, epsilon, e_wide, mean};
endmodule
