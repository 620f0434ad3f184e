// Sliding-window generator, SIMD channels per beat.
//
// Words (beats of LANES elements) go into a circular buffer in the order in which they come and are read in the order of
//   for oh, ow: for outer < COUTER: for kh, kw: for inner < CINNER
// where word (outer * CINNER + inner) of a pixel holds its channels. COUTER = 1 is the order of a matrix product,
// COUTER = groups that of a grouped one, CINNER = 1 that of ops that treat each channel by itself.
//
// Writer and reader know of each other by two counters only: `room`, words that may be written, and `ahead`, words
// present from the reader's position on. Both may run past data that nobody reads (strides beyond the window, rows and
// columns that no window covers): then `ahead` is negative, or `room` exceeds DEPTH. A read moves the reader by the delta
// of the outermost loop that it advances; the last read of a window frees everything before the next window.
module sluice_swg #(
    parameter H = 4,
    parameter W = 4,
    parameter COUTER = 1,
    parameter CINNER = 1,
    parameter KH = 2,
    parameter KW = 2,
    parameter SH = 1,
    parameter SW = 1,
    parameter DH = 1,
    parameter DW = 1,
    parameter DEPTH = 16,
    parameter LANES = 1,
    parameter IN_BITS = 8,
    parameter IN_KIND = 1,
    parameter OUT_BITS = 8,
    parameter OUT_KIND = 1
) (
    input wire clk,
    input wire rst,
    input wire [LANES*IN_BITS-1:0] in_data,
    input wire in_valid,
    output wire in_ready,
    output wire [LANES*OUT_BITS-1:0] out_data,
    output wire out_valid,
    input wire out_ready
);
  localparam integer FOLD = COUTER * CINNER;
  localparam integer OH = (H - (KH - 1) * DH - 1) / SH + 1;
  localparam integer OW = (W - (KW - 1) * DW - 1) / SW + 1;
  localparam integer REACH = ((KH - 1) * DH * W + (KW - 1) * DW) * FOLD;

  // How far the base of the windows moves after a pixel, a row, a frame.
  localparam integer STEP_OW = SW * FOLD;
  localparam integer STEP_OH = (SH * W - (OW - 1) * SW) * FOLD;
  localparam integer STEP_FRAME = (H * W - (OH - 1) * SH * W - (OW - 1) * SW) * FOLD;

  // How far the reader moves when a loop advances and all inner ones start again.
  localparam integer MOVE_KW = DW * FOLD - (CINNER - 1);
  localparam integer MOVE_KH = (DH * W - (KW - 1) * DW) * FOLD - (CINNER - 1);
  localparam integer MOVE_OUTER = 1 - REACH;
  localparam integer MOVE_OW = STEP_OW - REACH - (FOLD - 1);
  localparam integer MOVE_OH = STEP_OH - REACH - (FOLD - 1);
  localparam integer MOVE_FRAME = STEP_FRAME - REACH - (FOLD - 1);

  // No word is further from another that matters than a buffer plus a row's or a frame's step.
  localparam integer SPAN = DEPTH + STEP_OW + STEP_OH + STEP_FRAME + (DW + DH * W) * FOLD;
  localparam integer NB = $clog2(SPAN + 1) + 1;
  localparam integer AB = DEPTH > 1 ? $clog2(DEPTH) : 1;
  localparam integer TOP = DEPTH - 1;

  // The reader's moves as addresses of the circular buffer.
  localparam integer TURN_1 = 1 % DEPTH;
  localparam integer TURN_KW = MOVE_KW % DEPTH;
  localparam integer TURN_KH = MOVE_KH % DEPTH;
  localparam integer TURN_OUTER = (MOVE_OUTER % DEPTH + DEPTH) % DEPTH;
  localparam integer TURN_OW = (MOVE_OW % DEPTH + DEPTH) % DEPTH;
  localparam integer TURN_OH = (MOVE_OH % DEPTH + DEPTH) % DEPTH;
  localparam integer TURN_FRAME = (MOVE_FRAME % DEPTH + DEPTH) % DEPTH;

  reg [LANES*IN_BITS-1:0] buffer[0:DEPTH-1];
  reg [LANES*IN_BITS-1:0] word;
  reg full;
  reg [AB-1:0] write_at;
  reg [AB-1:0] read_at;
  reg [NB-1:0] room;
  reg signed [NB-1:0] ahead;

  assign in_ready = |room;
  assign out_valid = full;

  wire writes = in_valid && in_ready;
  wire reads = (!full || out_ready) && !ahead[NB-1] && |ahead;

  wire last_inner, last_kw, last_kh, last_outer, last_ow, last_oh;
  wire end_kw = last_inner;
  wire end_kh = end_kw && last_kw;
  wire end_outer = end_kh && last_kh;
  wire end_window = end_outer && last_outer;
  wire end_row = end_window && last_ow;
  wire end_frame = end_row && last_oh;
  sluice_swg_count #(.LENGTH(CINNER)) u_inner (.clk(clk), .rst(rst), .step(reads), .last(last_inner));
  sluice_swg_count #(.LENGTH(KW)) u_kw (.clk(clk), .rst(rst), .step(reads && end_kw), .last(last_kw));
  sluice_swg_count #(.LENGTH(KH)) u_kh (.clk(clk), .rst(rst), .step(reads && end_kh), .last(last_kh));
  sluice_swg_count #(.LENGTH(COUTER)) u_outer (.clk(clk), .rst(rst), .step(reads && end_outer), .last(last_outer));
  sluice_swg_count #(.LENGTH(OW)) u_ow (.clk(clk), .rst(rst), .step(reads && end_window), .last(last_ow));
  sluice_swg_count #(.LENGTH(OH)) u_oh (.clk(clk), .rst(rst), .step(reads && end_row), .last(last_oh));

  wire [NB-1:0] move = end_frame ? MOVE_FRAME[NB-1:0]
                     : end_row ? MOVE_OH[NB-1:0]
                     : end_window ? MOVE_OW[NB-1:0]
                     : end_outer ? MOVE_OUTER[NB-1:0]
                     : end_kh ? MOVE_KH[NB-1:0]
                     : end_kw ? MOVE_KW[NB-1:0]
                     : {{(NB - 1) {1'b0}}, 1'b1};
  wire [NB-1:0] freed = end_frame ? STEP_FRAME[NB-1:0]
                      : end_row ? STEP_OH[NB-1:0]
                      : end_window ? STEP_OW[NB-1:0]
                      : {NB{1'b0}};
  wire [AB-1:0] turn = end_frame ? TURN_FRAME[AB-1:0]
                     : end_row ? TURN_OH[AB-1:0]
                     : end_window ? TURN_OW[AB-1:0]
                     : end_outer ? TURN_OUTER[AB-1:0]
                     : end_kh ? TURN_KH[AB-1:0]
                     : end_kw ? TURN_KW[AB-1:0]
                     : TURN_1[AB-1:0];
  wire [AB:0] turned = {1'b0, read_at} + {1'b0, turn};
  wire [AB:0] wrapped = turned - DEPTH[AB:0];

  always @(posedge clk) begin
    if (rst) begin
      full <= 1'b0;
      write_at <= {AB{1'b0}};
      read_at <= {AB{1'b0}};
      room <= DEPTH[NB-1:0];
      ahead <= {NB{1'b0}};
    end else begin
      full <= reads || (full && !out_ready);
      if (writes) write_at <= write_at == TOP[AB-1:0] ? {AB{1'b0}} : write_at + 1'b1;
      // A borrow out of the subtraction: the sum is still inside the buffer.
      if (reads) read_at <= wrapped[AB] ? turned[AB-1:0] : wrapped[AB-1:0];
      room <= room + (reads ? freed : {NB{1'b0}}) - {{(NB - 1) {1'b0}}, writes};
      ahead <= ahead - (reads ? move : {NB{1'b0}}) + {{(NB - 1) {1'b0}}, writes};
    end
  end

  // Simple dual-port memory with a registered read. A word is read in a later cycle than it was written in, and written
  // over in a later cycle than it was last read in, so the two ports never meet at an address.
  always @(posedge clk) begin
    if (writes) buffer[write_at] <= in_data;
    if (reads) word <= buffer[read_at];
  end

  sluice_cast #(
      .LANES(LANES), .IN_BITS(IN_BITS), .IN_KIND(IN_KIND), .OUT_BITS(OUT_BITS), .OUT_KIND(OUT_KIND)
  ) u_cast (.in_data(word), .out_data(out_data));
endmodule
