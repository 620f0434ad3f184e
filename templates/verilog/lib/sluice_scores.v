// Scores of SLOTS queries at a time with the keys that pass by, as codes of exponentials: in0 are queries, in1 keys.
//
// One issue slot per cycle: SIMD elements of a key with the same elements of the query in each slot, HEADS heads of
// COLUMNS elements per step. A query comes with the keys of the step in which it starts (sluice_rota) and stays in its
// slot's memory. A slot in which the output is stalled, or in which beats are missing, waits; everything behind the
// issue moves with ce. A beat of codes per head: clamp((q.k * MUL + ADD) >> SHIFT, 1, 2^OUT_BITS - 1), or 0 where the
// slot has no query or it does not attend to the key.
// MASKED: the memory MASK says so, one bit per slot for each of STEPS steps; otherwise the rota does.
module sluice_scores #(
    parameter QUERIES = 8,
    parameter KEYS = 8,
    parameter SLOTS = 2,
    parameter STEPS = 33,
    parameter HEADS = 1,
    parameter COLUMNS = 8,
    parameter SIMD = 2,
    parameter CAUSAL = 0,
    parameter MASKED = 0,
    parameter Q_KIND = 1,
    parameter Q_BITS = 8,
    parameter K_KIND = 1,
    parameter K_BITS = 8,
    parameter DSP = 0,
    parameter ACC_BITS = 19,
    parameter MUL = 1,
    parameter MUL_W = 2,
    parameter [63:0] ADD = 0,
    parameter ADD_W = 2,
    parameter SUM_W = 20,
    parameter SHIFT = 4,
    parameter OUT_BITS = 8,
    parameter MASK = ""
) (
    input  wire                      clk,
    input  wire                      rst,
    input  wire [SIMD*Q_BITS-1:0]    in0_data,
    input  wire                      in0_valid,
    output wire                      in0_ready,
    input  wire [SIMD*K_BITS-1:0]    in1_data,
    input  wire                      in1_valid,
    output wire                      in1_ready,
    output wire [SLOTS*OUT_BITS-1:0] out_data,
    output wire                      out_valid,
    input  wire                      out_ready
);
  localparam SF = COLUMNS / SIMD;
  localparam BEATS = HEADS * SF;
  localparam SF_BITS = SF > 1 ? $clog2(SF) : 1;
  localparam AT_BITS = BEATS > 1 ? $clog2(BEATS) : 1;
  localparam [31:0] SF_END = SF - 1;
  localparam [31:0] AT_END = BEATS - 1;
  localparam LEVELS = $clog2(SIMD);
  // From the issue to the sum of products, to the dot product, to the code.
  localparam DOT_STAGES = 1 + (LEVELS + (DSP != 0 || LEVELS == 0 ? 1 : 0)) / 2;
  localparam SCALE_STAGES = 4;
  localparam STAGES = DOT_STAGES + 2 + SCALE_STAGES;
  localparam [31:0] MOST = (32'd1 << OUT_BITS) - 1;
  localparam [31:0] MUL_BITS = MUL;

  reg [SF_BITS-1:0] sf;
  reg [AT_BITS-1:0] at;
  wire last_sf = sf == SF_END[SF_BITS-1:0];
  wire last_at = at == AT_END[AT_BITS-1:0];

  wire [SLOTS-1:0] turn;
  wire [SLOTS-1:0] attends;
  wire [SLOTS-1:0] ending;
  wire takes;
  reg [STAGES-1:0] valid;
  wire ce = !valid[STAGES-1] || out_ready;
  wire fire = ce && in1_valid && (in0_valid || !takes);
  assign in0_ready = ce && takes && in1_valid;
  assign in1_ready = ce && (in0_valid || !takes);
  assign out_valid = valid[STAGES-1];
  sluice_rota #(.QUERIES(QUERIES), .KEYS(KEYS), .SLOTS(SLOTS), .CAUSAL(CAUSAL)) rota (
    .clk(clk), .rst(rst), .step(fire && last_at), .turn(turn), .takes(takes), .attends(attends), .ending(ending));
  wire unused_ending = &{1'b0, ending};

  always @(posedge clk)
    if (rst) begin
      sf <= 0;
      at <= 0;
    end else if (fire) begin
      sf <= last_sf ? 0 : sf + 1'b1;
      at <= last_at ? 0 : at + 1'b1;
    end

  // What an issue is travels beside its data. Once a dot product is complete, only that counts.
  wire first;
  wire last;
  always @(posedge clk)
    if (rst) valid <= 0;
    else if (ce) valid <= {valid[STAGES-2:DOT_STAGES+1], valid[DOT_STAGES] && last, valid[DOT_STAGES-1:0], fire};
  sluice_mvu_delay #(.WIDTH(2), .DEPTH(DOT_STAGES + 1)) delay_issue (
    .clk(clk), .ce(ce), .in({sf == 0, last_sf}), .out({first, last}));

  // Whether a slot's code counts, one stage after the issue and at the output.
  wire [SLOTS-1:0] seen;
  wire [SLOTS-1:0] counts;
  generate
    if (MASKED != 0) begin : mask
      localparam STEP_BITS = STEPS > 1 ? $clog2(STEPS) : 1;
      localparam [31:0] STEP_END = STEPS - 1;
      reg [SLOTS-1:0] words[0:STEPS-1];
      reg [SLOTS-1:0] word;
      reg [STEP_BITS-1:0] now;
      if (MASK != "") begin : filled
        initial $readmemh(MASK, words);
      end
      always @(posedge clk) if (ce) word <= words[now];
      always @(posedge clk)
        if (rst) now <= 0;
        else if (fire && last_at) now <= now == STEP_END[STEP_BITS-1:0] ? 0 : now + 1'b1;
      assign seen = word;
      wire unused = &{1'b0, attends};
    end else begin : by_rota
      sluice_mvu_delay #(.WIDTH(SLOTS), .DEPTH(1)) hold (.clk(clk), .ce(ce), .in(attends), .out(seen));
    end
  endgenerate
  sluice_mvu_delay #(.WIDTH(SLOTS), .DEPTH(STAGES - 1)) delay_seen (.clk(clk), .ce(ce), .in(seen), .out(counts));

  wire [SIMD*K_BITS-1:0] key;
  sluice_mvu_delay #(.WIDTH(SIMD * K_BITS), .DEPTH(1)) hold_key (.clk(clk), .ce(ce), .in(in1_data), .out(key));

  genvar p;
  generate
    for (p = 0; p < SLOTS; p = p + 1) begin : slot
      // A single port that reads what it writes.
      reg [SIMD*Q_BITS-1:0] beats[0:BEATS-1];
      reg [SIMD*Q_BITS-1:0] query;
      always @(posedge clk)
        if (ce) begin
          if (turn[p] && takes) begin
            beats[at] <= in0_data;
            query <= in0_data;
          end else query <= beats[at];
        end
      wire [ACC_BITS-1:0] dot;
      sluice_mvu_lane #(
        .SIMD(SIMD), .COLUMNS(COLUMNS), .X_KIND(K_KIND), .X_BITS(K_BITS), .W_KIND(Q_KIND), .W_BITS(Q_BITS),
        .DSP(DSP), .ACC_BITS(ACC_BITS)
      ) lane (
        .clk(clk), .ce(ce), .x(key), .w(query), .live(valid[DOT_STAGES]), .first(first), .acc(dot));
      wire [OUT_BITS-1:0] code;
      sluice_requantise_lane #(
        .X_W(ACC_BITS), .MUL_W(MUL_W), .ADD_W(ADD_W), .SUM_W(SUM_W), .SHIFT(SHIFT), .OUT_W(OUT_BITS), .LO(1), .HI(MOST)
      ) scale (
        .clk(clk), .ce(ce), .x(dot), .mul(MUL_BITS[MUL_W-1:0]), .add(ADD[ADD_W-1:0]), .y(code));
      assign out_data[p*OUT_BITS+:OUT_BITS] = code & {OUT_BITS{counts[p]}};
    end
  endgenerate
endmodule
