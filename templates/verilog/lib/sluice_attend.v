// Means of values that pass by, weighed by exponentials of codes, for SLOTS queries at a time: in0 are codes, in1 values.
//
// One issue slot per cycle: SIMD elements of a value for all slots, HEADS heads of COLUMNS elements per step; a beat of
// codes comes with the first of a head. Each slot keeps, per head, the largest octave so far, the sum of weights and the
// weighted sums relative to it; a new octave shifts the sums right, rounding half up. A query that sees its last key
// (sluice_rota) gives a row: sums * floor(2^RECIPROCAL / sum of weights) >> RECIPROCAL - FRACTION, rounded half up and
// clamped to LO .. HI. Everything behind the issue moves with ce.
// Stages: hold, exponential, octave, weight, product, sum, selection, division (QUOTIENT), product, result.
module sluice_attend #(
    parameter QUERIES = 8,
    parameter KEYS = 8,
    parameter SLOTS = 2,
    parameter HEADS = 1,
    parameter COLUMNS = 8,
    parameter SIMD = 2,
    parameter CODE_BITS = 8,
    parameter STEP_BITS = 5,
    parameter MANTISSA = 9,
    parameter V_KIND = 1,
    parameter V_BITS = 8,
    parameter DSP = 0,
    parameter DEN_BITS = 21,
    parameter ACC_BITS = 29,
    parameter RECIPROCAL = 30,
    parameter FRACTION = 0,
    parameter OUT_BITS = 8,
    parameter LO = -128,
    parameter HI = 127,
    parameter TABLE = ""
) (
    input  wire                       clk,
    input  wire                       rst,
    input  wire [SLOTS*CODE_BITS-1:0] in0_data,
    input  wire                       in0_valid,
    output wire                       in0_ready,
    input  wire [SIMD*V_BITS-1:0]     in1_data,
    input  wire                       in1_valid,
    output wire                       in1_ready,
    output wire [SIMD*OUT_BITS-1:0]   out_data,
    output wire                       out_valid,
    input  wire                       out_ready
);
  localparam SF = COLUMNS / SIMD;
  localparam BEATS = HEADS * SF;
  localparam SF_BITS = SF > 1 ? $clog2(SF) : 1;
  localparam AT_BITS = BEATS > 1 ? $clog2(BEATS) : 1;
  localparam HEAD_BITS = HEADS > 1 ? $clog2(HEADS) : 1;
  localparam [31:0] SF_END = SF - 1;
  localparam [31:0] AT_END = BEATS - 1;
  localparam OCTAVE_BITS = CODE_BITS - STEP_BITS;
  localparam QUOTIENT = RECIPROCAL - MANTISSA + 2;
  // Stages up to the selected sums; the last ones are the product and the result.
  localparam SELECTED = 7;
  localparam STAGES = SELECTED + QUOTIENT + 2;

  reg [SF_BITS-1:0] sf;
  reg [AT_BITS-1:0] at;
  reg [HEAD_BITS-1:0] head;
  wire new_head = sf == 0;
  wire last_sf = sf == SF_END[SF_BITS-1:0];
  wire last_at = at == AT_END[AT_BITS-1:0];

  wire [SLOTS-1:0] turn;
  wire [SLOTS-1:0] attends;
  wire [SLOTS-1:0] ending;
  wire takes;
  reg [STAGES-1:0] valid;
  wire ce = !valid[STAGES-1] || out_ready;
  wire fire = ce && in1_valid && (in0_valid || !new_head);
  assign in0_ready = ce && new_head && in1_valid;
  assign in1_ready = ce && (in0_valid || !new_head);
  assign out_valid = valid[STAGES-1];
  sluice_rota #(.QUERIES(QUERIES), .KEYS(KEYS), .SLOTS(SLOTS)) rota (
    .clk(clk), .rst(rst), .step(fire && last_at), .turn(turn), .takes(takes), .attends(attends), .ending(ending));
  wire unused_rota = &{1'b0, takes, attends};

  always @(posedge clk)
    if (rst) begin
      sf <= 0;
      at <= 0;
      head <= 0;
    end else if (fire) begin
      sf <= last_sf ? 0 : sf + 1'b1;
      at <= last_at ? 0 : at + 1'b1;
      if (last_sf) head <= last_at ? 0 : head + 1'b1;
    end

  // What an issue is, by stage: up to the sums every one counts, from the selection on only those of ending queries.
  wire ended;
  always @(posedge clk)
    if (rst) valid <= 0;
    else if (ce)
      valid <= {valid[STAGES-2:SELECTED-1], valid[SELECTED-2] && ended, valid[SELECTED-3:0], fire};

  // Stage 1: codes stay for the beats of their head. Stage 2: exponentials.
  reg [SLOTS*CODE_BITS-1:0] codes;
  always @(posedge clk) if (ce && new_head) codes <= in0_data;
  wire [SLOTS*MANTISSA-1:0] mantissas;
  wire [SLOTS*OCTAVE_BITS-1:0] octaves;
  wire [SLOTS-1:0] nothing;
  sluice_exp #(
    .LANES(SLOTS), .CODE_BITS(CODE_BITS), .STEP_BITS(STEP_BITS), .MANTISSA(MANTISSA), .TABLE(TABLE)
  ) exponentials (
    .clk(clk), .ce(ce), .codes(codes), .mantissas(mantissas), .octaves(octaves), .nothing(nothing));

  // Control beside them: stage 2 chooses octaves, stage 5 adds, stage 6 selects.
  wire new_2, new_5;
  wire [SLOTS-1:0] turn_2;
  wire [HEAD_BITS-1:0] head_2, head_5, head_6;
  wire [AT_BITS-1:0] at_5, at_6;
  wire [SLOTS-1:0] ending_6;
  sluice_mvu_delay #(.WIDTH(1 + SLOTS + HEAD_BITS), .DEPTH(2)) delay_2 (
    .clk(clk), .ce(ce), .in({new_head, turn, head}), .out({new_2, turn_2, head_2}));
  sluice_mvu_delay #(.WIDTH(1 + HEAD_BITS), .DEPTH(3)) delay_5 (
    .clk(clk), .ce(ce), .in({new_2, head_2}), .out({new_5, head_5}));
  sluice_mvu_delay #(.WIDTH(AT_BITS), .DEPTH(5)) delay_at (.clk(clk), .ce(ce), .in(at), .out(at_5));
  sluice_mvu_delay #(.WIDTH(HEAD_BITS + AT_BITS), .DEPTH(1)) delay_6 (
    .clk(clk), .ce(ce), .in({head_5, at_5}), .out({head_6, at_6}));
  sluice_mvu_delay #(.WIDTH(SLOTS), .DEPTH(6)) delay_ending (.clk(clk), .ce(ce), .in(ending), .out(ending_6));
  assign ended = |ending_6;

  // Values wait for their weights.
  wire [SIMD*V_BITS-1:0] value;
  sluice_mvu_delay #(.WIDTH(SIMD * V_BITS), .DEPTH(4)) delay_value (.clk(clk), .ce(ce), .in(in1_data), .out(value));

  wire [SLOTS*SIMD*ACC_BITS-1:0] sums;
  wire [SLOTS*DEN_BITS-1:0] weights;
  genvar p;
  generate
    for (p = 0; p < SLOTS; p = p + 1) begin : slot
      sluice_attend_slot #(
        .HEADS(HEADS), .HEAD_BITS(HEAD_BITS), .BEATS(BEATS), .AT_BITS(AT_BITS), .SIMD(SIMD),
        .OCTAVE_BITS(OCTAVE_BITS), .MANTISSA(MANTISSA), .V_KIND(V_KIND), .V_BITS(V_BITS), .DSP(DSP),
        .DEN_BITS(DEN_BITS), .ACC_BITS(ACC_BITS)
      ) u_slot (
        .clk(clk), .ce(ce),
        .starts(turn_2[p]), .new_2(valid[1] && new_2), .head_2(head_2),
        .mantissa(mantissas[p*MANTISSA+:MANTISSA]), .octave(octaves[p*OCTAVE_BITS+:OCTAVE_BITS]),
        .nothing(nothing[p]), .value(value),
        .adds_5(valid[4]), .new_5(new_5), .head_5(head_5), .at_5(at_5), .head_6(head_6), .at_6(at_6),
        .selected(ending_6[p]), .sums(sums[p*SIMD*ACC_BITS+:SIMD*ACC_BITS]), .weight(weights[p*DEN_BITS+:DEN_BITS]));
    end
  endgenerate

  // Stage 7: the slot whose query ends. All others hold zeros here.
  reg [SIMD*ACC_BITS-1:0] row;
  reg [DEN_BITS-1:0] total;
  reg [SIMD*ACC_BITS-1:0] any_sums;
  reg [DEN_BITS-1:0] any_weight;
  integer i;
  always @* begin
    any_sums = {(SIMD * ACC_BITS) {1'b0}};
    any_weight = {DEN_BITS{1'b0}};
    for (i = 0; i < SLOTS; i = i + 1) begin
      any_sums = any_sums | sums[i*SIMD*ACC_BITS+:SIMD*ACC_BITS];
      any_weight = any_weight | weights[i*DEN_BITS+:DEN_BITS];
    end
  end
  always @(posedge clk)
    if (ce) begin
      row <= any_sums;
      total <= any_weight;
    end

  // The sums wait for their reciprocal.
  wire [QUOTIENT-1:0] reciprocal;
  wire [SIMD*ACC_BITS-1:0] waiting;
  sluice_divide #(.N_BITS(RECIPROCAL + 1), .D_BITS(DEN_BITS), .Q_BITS(QUOTIENT)) divide (
    .clk(clk), .ce(ce), .n({1'b1, {RECIPROCAL{1'b0}}}), .d(total), .quotient(reciprocal));
  sluice_delay #(.WIDTH(SIMD * ACC_BITS), .LENGTH(QUOTIENT)) delay_row (
    .clk(clk), .rst(rst), .step(ce), .d(row), .q(waiting));

  genvar s;
  generate
    for (s = 0; s < SIMD; s = s + 1) begin : lane
      sluice_attend_mean #(
        .ACC_BITS(ACC_BITS), .QUOTIENT(QUOTIENT), .SHIFT(RECIPROCAL - FRACTION), .OUT_BITS(OUT_BITS), .LO(LO), .HI(HI)
      ) mean (
        .clk(clk), .ce(ce), .sum(waiting[s*ACC_BITS+:ACC_BITS]), .reciprocal(reciprocal),
        .y(out_data[s*OUT_BITS+:OUT_BITS]));
    end
  endgenerate
endmodule
