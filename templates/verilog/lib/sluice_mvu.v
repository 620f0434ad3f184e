// Matrix-vector unit: for each vector and each of GROUPS groups, MH / GROUPS rows times MW columns.
//
// One slot per cycle; PE rows by SIMD columns in a slot. The first fold over the rows takes its beats from the input
// and keeps them in a buffer, the other folds replay them. A slot in which the output is stalled, or whose input beat
// is missing, waits; everything behind the issue moves with ce.
// Rows share hardware multipliers in pairs where JOIN is not 0 (sluice_mvu_pair); an odd row is paired with none.
// Latency: 1 (memories) + 1 (products) + a register for every two further levels of the tree + 1 (accumulator).
module sluice_mvu #(
    parameter MW = 64,
    parameter MH = 64,
    parameter GROUPS = 1,
    parameter PE = 8,
    parameter SIMD = 8,
    parameter X_KIND = 1,
    parameter X_BITS = 4,
    parameter W_KIND = 1,
    parameter W_BITS = 4,
    parameter DSP = 0,
    parameter JOIN = 0,
    parameter ACC_BITS = 14,
    parameter WEIGHTS = ""
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire [SIMD*X_BITS-1:0] in_data,
    input  wire                   in_valid,
    output wire                   in_ready,
    output wire [PE*ACC_BITS-1:0] out_data,
    output reg                    out_valid,
    input  wire                   out_ready
);
  localparam SF = MW / SIMD;
  localparam NF = MH / GROUPS / PE;
  localparam DEPTH = GROUPS * NF * SF;
  localparam SF_BITS = SF > 1 ? $clog2(SF) : 1;
  localparam NF_BITS = NF > 1 ? $clog2(NF) : 1;
  localparam ADDR_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1;
  localparam [31:0] SF_END = SF - 1;
  localparam [31:0] NF_END = NF - 1;
  localparam [31:0] ADDR_END = DEPTH - 1;
  localparam LEVELS = $clog2(SIMD);
  localparam DOT_STAGES = 1 + (LEVELS + ((DSP != 0 && JOIN != 2) || LEVELS == 0 ? 1 : 0)) / 2;

  // Issue: column fold within row fold within group.
  reg [SF_BITS-1:0] sf;
  reg [NF_BITS-1:0] nf;
  reg [ADDR_BITS-1:0] addr;
  wire ce = !out_valid || out_ready;
  wire takes = nf == 0;
  wire fire = ce && (in_valid || !takes);
  wire last_sf = sf == SF_END[SF_BITS-1:0];
  wire last_nf = nf == NF_END[NF_BITS-1:0];
  assign in_ready = ce && takes;

  always @(posedge clk)
    if (rst) begin
      sf <= 0;
      nf <= 0;
      addr <= 0;
    end else if (fire) begin
      sf <= last_sf ? 0 : sf + 1'b1;
      if (last_sf) nf <= last_nf ? 0 : nf + 1'b1;
      addr <= addr == ADDR_END[ADDR_BITS-1:0] ? 0 : addr + 1'b1;
    end

  // Activations and weights of the slot, one register after the issue.
  wire [SIMD*X_BITS-1:0] x;
  wire [PE*SIMD*W_BITS-1:0] w;
  generate
    if (NF == 1) begin : direct
      sluice_mvu_delay #(.WIDTH(SIMD * X_BITS), .DEPTH(1)) hold (.clk(clk), .ce(ce), .in(in_data), .out(x));
    end else begin : replay
      // A single port that reads what it writes: one block RAM, or LUT memory, at the same timing.
      reg [SIMD*X_BITS-1:0] beats[0:SF-1];
      reg [SIMD*X_BITS-1:0] beat;
      always @(posedge clk)
        if (ce) begin
          if (takes) begin
            beats[sf] <= in_data;
            beat <= in_data;
          end else beat <= beats[sf];
        end
      assign x = beat;
    end
  endgenerate
  sluice_mvu_rom #(
    .WIDTH(PE * SIMD * W_BITS), .DEPTH(DEPTH), .ADDR_BITS(ADDR_BITS), .FILE(WEIGHTS)
  ) rom (.clk(clk), .ce(ce), .addr(addr), .word(w));

  // What a slot is travels beside its data: live, first and last beat of a row.
  reg [DOT_STAGES:0] live;
  wire first;
  wire last;
  always @(posedge clk)
    if (rst) live <= 0;
    else if (ce) live <= {live[DOT_STAGES-1:0], fire};
  sluice_mvu_delay #(.WIDTH(2), .DEPTH(DOT_STAGES + 1)) delay_slot (
    .clk(clk), .ce(ce), .in({sf == 0, last_sf}), .out({first, last}));

  always @(posedge clk)
    if (rst) out_valid <= 1'b0;
    else if (ce) out_valid <= live[DOT_STAGES] && last;

  localparam W_ROW = SIMD * W_BITS;
  genvar p;
  generate
    for (p = 0; p < PE && JOIN != 0; p = p + 2) begin : pair
      localparam ROWS = p + 1 < PE ? 2 : 1;
      wire [2*W_ROW-1:0] rows;
      wire [2*ACC_BITS-1:0] acc;
      sluice_mvu_extend #(.SIGNED(0), .FROM(ROWS * W_ROW), .TO(2 * W_ROW)) extend (
        .in(w[p*W_ROW+:ROWS*W_ROW]), .out(rows));
      sluice_mvu_pair #(
        .SIMD(SIMD), .COLUMNS(MW), .X_KIND(X_KIND), .X_BITS(X_BITS), .W_KIND(W_KIND), .W_BITS(W_BITS),
        .JOIN(JOIN), .ACC_BITS(ACC_BITS)
      ) lanes (.clk(clk), .ce(ce), .x(x), .w(rows), .live(live[DOT_STAGES]), .first(first), .acc(acc));
      sluice_mvu_extend #(.SIGNED(0), .FROM(2 * ACC_BITS), .TO(ROWS * ACC_BITS)) drop (
        .in(acc), .out(out_data[p*ACC_BITS+:ROWS*ACC_BITS]));
    end
    for (p = 0; p < PE && JOIN == 0; p = p + 1) begin : pe
      sluice_mvu_lane #(
        .SIMD(SIMD), .COLUMNS(MW), .X_KIND(X_KIND), .X_BITS(X_BITS), .W_KIND(W_KIND), .W_BITS(W_BITS),
        .DSP(DSP), .ACC_BITS(ACC_BITS)
      ) lane (
        .clk(clk), .ce(ce), .x(x), .w(w[p*W_ROW+:W_ROW]), .live(live[DOT_STAGES]), .first(first),
        .acc(out_data[p*ACC_BITS+:ACC_BITS]));
    end
  endgenerate
endmodule
