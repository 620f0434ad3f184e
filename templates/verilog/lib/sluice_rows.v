// Rows that can only leave when all of them is known (a maximum, a sum): a circular store of beats, a queue of what was
// found out about whole rows, and the handshakes around both. Rows of BEATS beats follow each other without a gap.
//
// A beat is taken while there is room. Its `word` comes in FRONT cycles after `take`, the `stats` of a row SETTLE cycles
// after its last beat was taken (SETTLE >= FRONT): what computes them never has to stop. From then on the row's words
// leave, one per move of the output pipeline (`ce`): row_word and row_stats are its first of OUT stages. DEPTH words of
// BEATS + SETTLE + 1 keep rows coming without a gap.
module sluice_rows #(
    parameter WIDTH   = 8,
    parameter STATS_W = 8,
    parameter BEATS   = 4,
    parameter DEPTH   = 8,
    parameter FRONT   = 0,
    parameter SETTLE  = 1,
    parameter OUT     = 2
) (
    input  wire               clk,
    input  wire               rst,
    input  wire               in_valid,
    output wire               in_ready,
    output wire               take,
    output wire               first,
    output wire               last,
    input  wire [WIDTH-1:0]   word,
    input  wire [STATS_W-1:0] stats,
    output wire               ce,
    output reg  [WIDTH-1:0]   row_word,
    output reg  [STATS_W-1:0] row_stats,
    output wire               out_valid,
    input  wire               out_ready
);
  // Rows of which some word is left in the store.
  localparam QUEUE  = DEPTH / BEATS + 2;
  localparam A_W    = DEPTH > 1 ? $clog2(DEPTH) : 1;
  localparam Q_W    = $clog2(QUEUE);
  localparam ROOM_W = $clog2(DEPTH + 1);
  localparam integer FULL = DEPTH;
  localparam integer A_TOP = DEPTH - 1;
  localparam integer Q_TOP = QUEUE - 1;

  reg [WIDTH-1:0]   store [0:DEPTH-1];
  reg [STATS_W-1:0] queue [0:QUEUE-1];
  reg [A_W-1:0]     write_at, read_at;
  reg [Q_W-1:0]     push_at, pop_at;
  reg [ROOM_W-1:0]  room;
  reg [Q_W-1:0]     ready_rows;
  reg               head;

  wire write, push, row_end;
  wire issue = ce && ready_rows != {Q_W{1'b0}};
  wire pop = issue && row_end;

  assign in_ready = room != {ROOM_W{1'b0}};
  assign take = in_valid && in_ready;

  sluice_swg_count #(.LENGTH(BEATS)) taken (.clk(clk), .rst(rst), .step(take), .last(last));
  sluice_swg_count #(.LENGTH(BEATS)) given (.clk(clk), .rst(rst), .step(issue), .last(row_end));
  sluice_rows_flag #(.DEPTH(FRONT)) written (.clk(clk), .rst(rst), .in(take), .out(write));
  sluice_rows_flag #(.DEPTH(SETTLE)) settled (.clk(clk), .rst(rst), .in(take && last), .out(push));

  // The beat behind a last one is a first one.
  always @(posedge clk) begin
    if (rst) head <= 1'b1;
    else if (take) head <= last;
  end
  assign first = head;

  always @(posedge clk) begin
    if (rst) begin
      room <= FULL[ROOM_W-1:0];
      ready_rows <= {Q_W{1'b0}};
      write_at <= {A_W{1'b0}};
      read_at <= {A_W{1'b0}};
      push_at <= {Q_W{1'b0}};
      pop_at <= {Q_W{1'b0}};
    end else begin
      if (take && !issue) room <= room - 1'b1;
      if (issue && !take) room <= room + 1'b1;
      if (push && !pop) ready_rows <= ready_rows + 1'b1;
      if (pop && !push) ready_rows <= ready_rows - 1'b1;
      if (write) write_at <= write_at == A_TOP[A_W-1:0] ? {A_W{1'b0}} : write_at + 1'b1;
      if (issue) read_at <= read_at == A_TOP[A_W-1:0] ? {A_W{1'b0}} : read_at + 1'b1;
      if (push) push_at <= push_at == Q_TOP[Q_W-1:0] ? {Q_W{1'b0}} : push_at + 1'b1;
      if (pop) pop_at <= pop_at == Q_TOP[Q_W-1:0] ? {Q_W{1'b0}} : pop_at + 1'b1;
    end
  end

  always @(posedge clk) begin
    if (write) store[write_at] <= word;
    if (push) queue[push_at] <= stats;
    if (issue) begin
      row_word <= store[read_at];
      row_stats <= queue[pop_at];
    end
  end

  reg  [OUT-1:0] valid;
  wire [OUT:0]   moved = {valid, issue};
  assign out_valid = valid[OUT-1];
  assign ce = !out_valid || out_ready;
  always @(posedge clk) begin
    if (rst) valid <= {OUT{1'b0}};
    else if (ce) valid <= moved[OUT-1:0];
  end
  wire unused = moved[OUT];
endmodule
