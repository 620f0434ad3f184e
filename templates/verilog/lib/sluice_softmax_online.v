// Softmax of rows of BEATS elements in a single pass: the sum of weights is relative to the largest octave so far, and
// shifted right when a larger one comes; rounded half up. One element per cycle (PE = 1).
//
// Largest octave, weight and sum always move, a cycle each; then the division. SETTLE = 8 + Q_BITS; four stages out.
module sluice_softmax_online #(
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
    parameter        SETTLE    = 20,
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

  wire take, first, last, ce;
  wire [CODE_BITS-1:0] codes, row_codes;
  wire [STATS_W-1:0] stats, row_stats;
  sluice_rows #(
      .WIDTH(CODE_BITS), .STATS_W(STATS_W), .BEATS(BEATS), .DEPTH(DEPTH), .FRONT(4), .SETTLE(SETTLE), .OUT(4)
  ) rows (
      .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .take(take), .first(first), .last(last),
      .word(codes), .stats(stats), .ce(ce), .row_word(row_codes), .row_stats(row_stats), .out_valid(out_valid),
      .out_ready(out_ready)
  );

  // 1 to 5: code, mantissa and octave
  sluice_softmax_codes #(
      .PE(PE), .IN_W(IN_W), .IN_KIND(IN_KIND), .X_W(X_W), .MUL(MUL), .MUL_W(MUL_W), .ADD(ADD), .ADD_W(ADD_W),
      .SUM_W(SUM_W), .SHIFT(SHIFT), .CODE_BITS(CODE_BITS)
  ) coding (
      .clk(clk), .in_data(in_data), .codes(codes)
  );
  wire [MANTISSA-1:0] mantissa;
  wire [OCTAVE_BITS-1:0] octave;
  wire nothing;
  sluice_exp #(
      .LANES(1), .CODE_BITS(CODE_BITS), .STEP_BITS(STEP_BITS), .MANTISSA(MANTISSA), .TABLE(TABLE_FILE)
  ) exponentials (
      .clk(clk), .ce(1'b1), .codes(codes), .mantissas(mantissa), .octaves(octave), .nothing(nothing)
  );
  reg [6:0] valid, begins;
  always @(posedge clk) begin
    if (rst) valid <= 7'd0;
    else valid <= {valid[5:0], take};
  end
  always @(posedge clk) begin
    begins <= {begins[5:0], first};
  end

  // 6: the largest octave so far, and how far the sum and the new weight lie from it
  reg [OCTAVE_BITS-1:0] top, rise, fall, rise_q, top_q, top_qq;
  reg [MANTISSA-1:0] mantissa_q;
  wire larger = begins[4] || octave > top;
  // 7: the weight; 8: the sum
  wire [MANTISSA-1:0] shifted;
  sluice_round_shift #(.SIGNED(0), .BITS(MANTISSA), .N_BITS(OCTAVE_BITS)) lower (.x(mantissa_q), .n(fall), .y(shifted));
  reg [MANTISSA-1:0] weight;
  reg [D_BITS-1:0] sum;
  wire [D_BITS-1:0] rescaled;
  sluice_round_shift #(.SIGNED(0), .BITS(D_BITS), .N_BITS(OCTAVE_BITS)) raise (.x(sum), .n(rise_q), .y(rescaled));
  wire [D_BITS-1:0] weight_wide = {{(D_BITS-MANTISSA){1'b0}}, weight};
  always @(posedge clk) begin
    if (valid[4]) top <= larger ? octave : top;
    rise <= larger ? octave - top : {OCTAVE_BITS{1'b0}};
    fall <= larger ? {OCTAVE_BITS{1'b0}} : top - octave;
    mantissa_q <= mantissa;
    weight <= shifted;
    rise_q <= rise;
    if (valid[6]) sum <= begins[6] ? weight_wide : rescaled + weight_wide;
    top_q <= top;
    top_qq <= top_q;
  end

  // ceil(2^R_BITS / sum)
  localparam [R_BITS-1:0] ALMOST = {R_BITS{1'b1}};
  wire [Q_BITS-1:0] quotient;
  sluice_divide #(.N_BITS(R_BITS), .D_BITS(D_BITS), .Q_BITS(Q_BITS)) divide (
      .clk(clk), .ce(1'b1), .n(ALMOST), .d(sum), .quotient(quotient)
  );
  wire [OCTAVE_BITS-1:0] top_late;
  sluice_mvu_delay #(.WIDTH(OCTAVE_BITS), .DEPTH(Q_BITS)) along (.clk(clk), .ce(1'b1), .in(top_qq), .out(top_late));
  assign stats = {quotient + 1'b1, top_late};

  sluice_softmax_out #(
      .PE(PE), .CODE_BITS(CODE_BITS), .STEP_BITS(STEP_BITS), .MANTISSA(MANTISSA), .Q_BITS(Q_BITS), .DROP(DROP),
      .N_W(N_W), .OUT_W(OUT_W), .TABLE(TABLE_FILE)
  ) shares (
      .clk(clk), .ce(ce), .codes(row_codes), .top(row_stats[OCTAVE_BITS-1:0]), .share(row_stats[OCTAVE_BITS+:Q_BITS]),
      .out_data(out_data)
  );
  wire unused = &{1'b0, nothing, last};
endmodule
