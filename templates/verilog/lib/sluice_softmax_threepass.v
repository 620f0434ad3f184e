// Softmax of rows of BEATS beats in three passes: the largest octave, the sum of weights relative to it, the shares.
// Two stores of rows behind each other; PE elements per cycle.
//
// First store: SETTLE 6 and DEPTH_MAX words; second store: SETTLE = 4 + Q_BITS and DEPTH words; four stages lead out.
module sluice_softmax_threepass #(
    parameter        PE        = 1,
    parameter        IN_W      = 8,
    parameter        IN_KIND   = 1,
    parameter        X_W       = 8,
    parameter        BEATS     = 4,
    parameter        MUL       = 1,
    parameter        MUL_W     = 2,
    parameter [63:0] ADD       = 0,
    parameter        ADD_W     = 2,
    parameter        SUM_W     = 16,
    parameter        SHIFT     = 4,
    parameter        CODE_BITS = 10,
    parameter        STEP_BITS = 5,
    parameter        MANTISSA  = 12,
    parameter        D_BITS    = 16,
    parameter        R_BITS    = 20,
    parameter        Q_BITS    = 12,
    parameter        DROP      = 10,
    parameter        N_W       = 5,
    parameter        OUT_W     = 9,
    parameter        DEPTH     = 8,
    parameter        DEPTH_MAX = 8,
    parameter        SETTLE    = 16,
    parameter        TABLE_FILE = ""
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
  localparam OCTAVE_BITS = CODE_BITS - STEP_BITS;
  localparam STATS_W = Q_BITS + OCTAVE_BITS;

  wire take, first, last, unused_ce;
  wire [PE*CODE_BITS-1:0] codes, max_codes, row_codes;
  wire [OCTAVE_BITS-1:0] top;
  wire max_valid, max_ready;
  reg [OCTAVE_BITS-1:0] most;
  sluice_rows #(
      .WIDTH(PE*CODE_BITS), .STATS_W(OCTAVE_BITS), .BEATS(BEATS), .DEPTH(DEPTH_MAX), .FRONT(4), .SETTLE(6), .OUT(1)
  ) maxima (
      .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .take(take), .first(first), .last(last),
      .word(codes), .stats(most), .ce(unused_ce), .row_word(max_codes), .row_stats(top), .out_valid(max_valid),
      .out_ready(max_ready)
  );

  // First pass. 1 to 4: codes; 5 and 6: the largest octave of the beat and of the row so far
  sluice_softmax_codes #(
      .PE(PE), .IN_W(IN_W), .IN_KIND(IN_KIND), .X_W(X_W), .MUL(MUL), .MUL_W(MUL_W), .ADD(ADD), .ADD_W(ADD_W),
      .SUM_W(SUM_W), .SHIFT(SHIFT), .CODE_BITS(CODE_BITS)
  ) coding (
      .clk(clk), .in_data(in_data), .codes(codes)
  );
  reg [5:0] valid, begins;
  reg [OCTAVE_BITS-1:0] highest, beat_most;
  integer k;
  always @* begin
    highest = {OCTAVE_BITS{1'b0}};
    for (k = 0; k < PE; k = k + 1) begin
      if (codes[k*CODE_BITS+STEP_BITS+:OCTAVE_BITS] > highest) highest = codes[k*CODE_BITS+STEP_BITS+:OCTAVE_BITS];
    end
  end
  always @(posedge clk) begin
    if (rst) valid <= 6'd0;
    else valid <= {valid[4:0], take};
  end
  always @(posedge clk) begin
    begins <= {begins[4:0], first};
    beat_most <= highest;
    if (valid[4]) most <= begins[4] || beat_most > most ? beat_most : most;
  end

  // Second pass. 1: mantissas; 2: weights; 3: their sum over the beat; 4: over the row
  wire sum_take, sum_first, sum_last, ce;
  wire [STATS_W-1:0] stats, row_stats;
  sluice_rows #(
      .WIDTH(PE*CODE_BITS), .STATS_W(STATS_W), .BEATS(BEATS), .DEPTH(DEPTH), .FRONT(0), .SETTLE(SETTLE), .OUT(4)
  ) sums (
      .clk(clk), .rst(rst), .in_valid(max_valid), .in_ready(max_ready), .take(sum_take), .first(sum_first),
      .last(sum_last), .word(max_codes), .stats(stats), .ce(ce), .row_word(row_codes), .row_stats(row_stats),
      .out_valid(out_valid), .out_ready(out_ready)
  );
  wire [PE*MANTISSA-1:0] mantissas;
  wire [PE*OCTAVE_BITS-1:0] octaves;
  wire [PE-1:0] nothing;
  sluice_exp #(
      .LANES(PE), .CODE_BITS(CODE_BITS), .STEP_BITS(STEP_BITS), .MANTISSA(MANTISSA), .TABLE(TABLE_FILE)
  ) exponentials (
      .clk(clk), .ce(1'b1), .codes(max_codes), .mantissas(mantissas), .octaves(octaves), .nothing(nothing)
  );
  reg [OCTAVE_BITS-1:0] top_q;
  reg [PE*MANTISSA-1:0] weights;
  wire [PE*MANTISSA-1:0] shifted;
  genvar p;
  generate
    for (p = 0; p < PE; p = p + 1) begin : lane
      wire [OCTAVE_BITS-1:0] fall = top_q - octaves[p*OCTAVE_BITS+:OCTAVE_BITS];
      sluice_round_shift #(.SIGNED(0), .BITS(MANTISSA), .N_BITS(OCTAVE_BITS)) lower (
          .x(mantissas[p*MANTISSA+:MANTISSA]), .n(fall), .y(shifted[p*MANTISSA+:MANTISSA])
      );
    end
  endgenerate
  reg [3:0] sum_valid, sum_begins;
  reg [D_BITS-1:0] total, beat_sum, sum;
  integer m;
  always @* begin
    total = {D_BITS{1'b0}};
    for (m = 0; m < PE; m = m + 1) total = total + {{(D_BITS-MANTISSA){1'b0}}, weights[m*MANTISSA+:MANTISSA]};
  end
  always @(posedge clk) begin
    if (rst) sum_valid <= 4'd0;
    else sum_valid <= {sum_valid[2:0], sum_take};
  end
  always @(posedge clk) begin
    sum_begins <= {sum_begins[2:0], sum_first};
    top_q <= top;
    weights <= shifted;
    beat_sum <= total;
    if (sum_valid[2]) sum <= sum_begins[2] ? beat_sum : sum + beat_sum;
  end

  // ceil(2^R_BITS / sum)
  localparam [R_BITS-1:0] ALMOST = {R_BITS{1'b1}};
  wire [Q_BITS-1:0] quotient;
  sluice_divide #(.N_BITS(R_BITS), .D_BITS(D_BITS), .Q_BITS(Q_BITS)) divide (
      .clk(clk), .ce(1'b1), .n(ALMOST), .d(sum), .quotient(quotient)
  );
  wire [OCTAVE_BITS-1:0] top_late;
  sluice_mvu_delay #(.WIDTH(OCTAVE_BITS), .DEPTH(4 + Q_BITS)) along (.clk(clk), .ce(1'b1), .in(top), .out(top_late));
  assign stats = {quotient + 1'b1, top_late};

  sluice_softmax_out #(
      .PE(PE), .CODE_BITS(CODE_BITS), .STEP_BITS(STEP_BITS), .MANTISSA(MANTISSA), .Q_BITS(Q_BITS), .DROP(DROP),
      .N_W(N_W), .OUT_W(OUT_W), .TABLE(TABLE_FILE)
  ) shares (
      .clk(clk), .ce(ce), .codes(row_codes), .top(row_stats[OCTAVE_BITS-1:0]), .share(row_stats[OCTAVE_BITS+:Q_BITS]),
      .out_data(out_data)
  );
  wire unused = &{1'b0, nothing, last, sum_last, unused_ce, k[0], m[0], valid, begins, sum_valid, sum_begins};
endmodule
