// Vector-vector unit: each channel's own filter over the K positions of a window (depthwise convolution).
//
// One slot per cycle; PE channels by SIMD positions in a slot, every slot takes a beat. The stream of a pixel is
// channel fold outermost, then positions; a beat holds SIMD positions of PE channels, position-major. A slot in which
// the output is stalled, or whose input beat is missing, waits; everything behind the issue moves with ce.
// Latency as in sluice_mvu: 1 (memories) + 1 (products) + a register for every two further levels of the tree + 1.
module sluice_vvu #(
    parameter CHANNELS = 8,
    parameter K = 9,
    parameter PE = 2,
    parameter SIMD = 3,
    parameter X_KIND = 1,
    parameter X_BITS = 4,
    parameter W_KIND = 1,
    parameter W_BITS = 4,
    parameter DSP = 0,
    parameter ACC_BITS = 12,
    parameter WEIGHTS = ""
) (
    input  wire                      clk,
    input  wire                      rst,
    input  wire [PE*SIMD*X_BITS-1:0] in_data,
    input  wire                      in_valid,
    output wire                      in_ready,
    output wire [PE*ACC_BITS-1:0]    out_data,
    output reg                       out_valid,
    input  wire                      out_ready
);
  localparam KF = K / SIMD;
  localparam DEPTH = CHANNELS / PE * KF;
  localparam KF_BITS = KF > 1 ? $clog2(KF) : 1;
  localparam ADDR_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1;
  localparam [31:0] KF_END = KF - 1;
  localparam [31:0] ADDR_END = DEPTH - 1;
  localparam LEVELS = $clog2(SIMD);
  localparam DOT_STAGES = 1 + (LEVELS + (DSP != 0 || LEVELS == 0 ? 1 : 0)) / 2;

  // Issue: position fold within channel fold.
  reg [KF_BITS-1:0] kf;
  reg [ADDR_BITS-1:0] addr;
  wire ce = !out_valid || out_ready;
  wire fire = ce && in_valid;
  wire last_kf = kf == KF_END[KF_BITS-1:0];
  assign in_ready = ce;

  always @(posedge clk)
    if (rst) begin
      kf <= 0;
      addr <= 0;
    end else if (fire) begin
      kf <= last_kf ? 0 : kf + 1'b1;
      addr <= addr == ADDR_END[ADDR_BITS-1:0] ? 0 : addr + 1'b1;
    end

  // Activations and weights of the slot, one register after the issue.
  wire [PE*SIMD*X_BITS-1:0] x;
  wire [PE*SIMD*W_BITS-1:0] w;
  sluice_mvu_delay #(.WIDTH(PE * SIMD * X_BITS), .DEPTH(1)) hold (.clk(clk), .ce(ce), .in(in_data), .out(x));
  sluice_mvu_rom #(.WIDTH(PE * SIMD * W_BITS), .DEPTH(DEPTH), .ADDR_BITS(ADDR_BITS), .FILE(WEIGHTS)) rom (
    .clk(clk), .ce(ce), .addr(addr), .word(w));

  // What a slot is travels beside its data: live, first and last beat of a window.
  reg [DOT_STAGES:0] live;
  wire first;
  wire last;
  always @(posedge clk)
    if (rst) live <= 0;
    else if (ce) live <= {live[DOT_STAGES-1:0], fire};
  sluice_mvu_delay #(.WIDTH(2), .DEPTH(DOT_STAGES + 1)) delay_slot (
    .clk(clk), .ce(ce), .in({kf == 0, last_kf}), .out({first, last}));

  always @(posedge clk)
    if (rst) out_valid <= 1'b0;
    else if (ce) out_valid <= live[DOT_STAGES] && last;

  genvar p, s;
  generate
    for (p = 0; p < PE; p = p + 1) begin : pe
      wire [SIMD*X_BITS-1:0] positions;
      for (s = 0; s < SIMD; s = s + 1) begin : position
        assign positions[s*X_BITS+:X_BITS] = x[(s*PE+p)*X_BITS+:X_BITS];
      end
      sluice_mvu_lane #(
        .SIMD(SIMD), .COLUMNS(K), .X_KIND(X_KIND), .X_BITS(X_BITS), .W_KIND(W_KIND), .W_BITS(W_BITS),
        .DSP(DSP), .ACC_BITS(ACC_BITS)
      ) lane (
        .clk(clk), .ce(ce), .x(positions), .w(w[p*SIMD*W_BITS+:SIMD*W_BITS]),
        .live(live[DOT_STAGES]), .first(first), .acc(out_data[p*ACC_BITS+:ACC_BITS]));
    end
  endgenerate
endmodule
