// Matrix-vector unit with a bank of weights per task: in0 has the vectors, in1 one task per frame, which is taken with the
// frame's first beat. A task beyond the last counts as the last.
//
// One slot per cycle, as in sluice_mvu: the first fold over the rows takes its beats from the input and keeps them, the
// other folds replay them. Everything behind the issue moves with ce.
// Latency: 1 (memories) + 1 (products) + a register for every two further levels of the tree + 1 (accumulator).
module sluice_gate #(
    parameter TASKS = 2,
    parameter VECTORS = 4,
    parameter MW = 8,
    parameter MH = 8,
    parameter PE = 2,
    parameter SIMD = 2,
    parameter X_KIND = 1,
    parameter X_BITS = 4,
    parameter W_KIND = 1,
    parameter W_BITS = 4,
    parameter DSP = 0,
    parameter TASK_W = 1,
    parameter ACC_BITS = 14,
    parameter WEIGHTS = ""
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire [SIMD*X_BITS-1:0] in0_data,
    input  wire                   in0_valid,
    output wire                   in0_ready,
    input  wire [TASK_W-1:0]      in1_data,
    input  wire                   in1_valid,
    output wire                   in1_ready,
    output wire [PE*ACC_BITS-1:0] out_data,
    output reg                    out_valid,
    input  wire                   out_ready
);
  localparam SF = MW / SIMD;
  localparam NF = MH / PE;
  localparam DEPTH = NF * SF;
  localparam WORDS = TASKS * DEPTH;
  localparam SF_BITS = SF > 1 ? $clog2(SF) : 1;
  localparam NF_BITS = NF > 1 ? $clog2(NF) : 1;
  localparam V_BITS = VECTORS > 1 ? $clog2(VECTORS) : 1;
  localparam ADDR_BITS = WORDS > 1 ? $clog2(WORDS) : 1;
  localparam [31:0] SF_END = SF - 1;
  localparam [31:0] NF_END = NF - 1;
  localparam [31:0] V_END = VECTORS - 1;
  localparam [31:0] TASK_END = TASKS - 1;
  localparam [31:0] DEPTH_VALUE = DEPTH;
  localparam LEVELS = $clog2(SIMD);
  localparam DOT_STAGES = 1 + (LEVELS + (DSP != 0 || LEVELS == 0 ? 1 : 0)) / 2;

  reg [SF_BITS-1:0] sf;
  reg [NF_BITS-1:0] nf;
  reg [V_BITS-1:0] vector;
  reg [ADDR_BITS-1:0] at;    // within the bank
  reg [ADDR_BITS-1:0] bank;  // its first word
  wire ce = !out_valid || out_ready;
  wire takes = nf == 0;
  wire starts = takes && sf == 0 && vector == 0;
  wire ready = ce && (in0_valid || !takes) && (in1_valid || !starts);
  wire last_sf = sf == SF_END[SF_BITS-1:0];
  wire last_nf = nf == NF_END[NF_BITS-1:0];
  assign in0_ready = ce && takes && (in1_valid || !starts);
  assign in1_ready = ce && starts && in0_valid;

  wire [TASK_W+31:0] asked = {32'd0, in1_data};
  wire [TASK_W+31:0] task_end = {{TASK_W{1'b0}}, TASK_END};
  wire [TASK_W+31:0] task_now = asked > task_end ? task_end : asked;
  wire [TASK_W+31:0] first_word = task_now * {{TASK_W{1'b0}}, DEPTH_VALUE};
  wire [TASK_W+31+ADDR_BITS:0] first_wide = {{ADDR_BITS{1'b0}}, first_word};
  wire [ADDR_BITS-1:0] bank_now = starts ? first_wide[ADDR_BITS-1:0] : bank;
  wire unused_task = &{1'b0, first_wide[TASK_W+31+ADDR_BITS:ADDR_BITS]};

  always @(posedge clk)
    if (rst) begin
      sf <= 0;
      nf <= 0;
      vector <= 0;
      at <= 0;
      bank <= 0;
    end else if (ready) begin
      sf <= last_sf ? 0 : sf + 1'b1;
      if (last_sf) nf <= last_nf ? 0 : nf + 1'b1;
      if (last_sf && last_nf) vector <= vector == V_END[V_BITS-1:0] ? 0 : vector + 1'b1;
      at <= last_sf && last_nf ? 0 : at + 1'b1;
      bank <= bank_now;
    end

  wire [SIMD*X_BITS-1:0] x;
  wire [PE*SIMD*W_BITS-1:0] w;
  generate
    if (NF == 1) begin : direct
      sluice_mvu_delay #(.WIDTH(SIMD * X_BITS), .DEPTH(1)) hold (.clk(clk), .ce(ce), .in(in0_data), .out(x));
    end else begin : replay
      reg [SIMD*X_BITS-1:0] beats[0:SF-1];
      reg [SIMD*X_BITS-1:0] beat;
      always @(posedge clk)
        if (ce) begin
          if (takes) begin
            beats[sf] <= in0_data;
            beat <= in0_data;
          end else beat <= beats[sf];
        end
      assign x = beat;
    end
  endgenerate
  sluice_mvu_rom #(
    .WIDTH(PE * SIMD * W_BITS), .DEPTH(WORDS), .ADDR_BITS(ADDR_BITS), .FILE(WEIGHTS)
  ) rom (.clk(clk), .ce(ce), .addr(bank_now + at), .word(w));

  reg [DOT_STAGES:0] live;
  wire first;
  wire last;
  always @(posedge clk)
    if (rst) live <= 0;
    else if (ce) live <= {live[DOT_STAGES-1:0], ready};
  sluice_mvu_delay #(.WIDTH(2), .DEPTH(DOT_STAGES + 1)) delay_slot (
    .clk(clk), .ce(ce), .in({sf == 0, last_sf}), .out({first, last}));
  always @(posedge clk)
    if (rst) out_valid <= 1'b0;
    else if (ce) out_valid <= live[DOT_STAGES] && last;

  genvar p;
  generate
    for (p = 0; p < PE; p = p + 1) begin : pe
      sluice_mvu_lane #(
        .SIMD(SIMD), .COLUMNS(MW), .X_KIND(X_KIND), .X_BITS(X_BITS), .W_KIND(W_KIND), .W_BITS(W_BITS),
        .DSP(DSP), .ACC_BITS(ACC_BITS)
      ) lane (
        .clk(clk), .ce(ce), .x(x), .w(w[p*SIMD*W_BITS+:SIMD*W_BITS]), .live(live[DOT_STAGES]), .first(first),
        .acc(out_data[p*ACC_BITS+:ACC_BITS]));
    end
  endgenerate
endmodule
