// Product of two streamed matrices, head by head: PE columns of the result at a time, SIMD products each.
//
// The second operand fills one of two frames of memory while the other is in use. Its beats of WORD elements go round the
// banks, INNER beats into each before the next: bank p has the rows of lane p (BY_ROW = 1, WORD = SIMD, BANKS = PE), or
// bank s the rows of product s (BY_ROW = 0, WORD = PE, BANKS = SIMD). A row of the first operand is kept for its further
// columns. Loops from the innermost: KF beats of a row, MF columns / PE, HEADS, ROWS; JUMP_*: what the address moves by.
module sluice_matmul #(
    parameter PE      = 1,
    parameter SIMD    = 1,
    parameter ROWS    = 2,
    parameter HEADS   = 1,
    parameter KF      = 2,
    parameter MF      = 2,
    parameter BY_ROW  = 1,
    parameter BANKS   = 1,
    parameter WORD    = 1,
    parameter INNER   = 2,
    parameter WORDS   = 4,
    parameter JUMP_K  = 1,
    parameter JUMP_M  = 1,
    parameter JUMP_H  = 1,
    parameter X_KIND  = 1,
    parameter X_BITS  = 4,
    parameter W_KIND  = 1,
    parameter W_BITS  = 4,
    parameter DSP     = 0,
    parameter OUT_W   = 10
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire [SIMD*X_BITS-1:0] in0_data,
    input  wire                   in0_valid,
    output wire                   in0_ready,
    input  wire [WORD*W_BITS-1:0] in1_data,
    input  wire                   in1_valid,
    output wire                   in1_ready,
    output wire [PE*OUT_W-1:0]    out_data,
    output wire                   out_valid,
    input  wire                   out_ready
);
  localparam LEVELS = $clog2(SIMD);
  localparam DOT_STAGES = 1 + (LEVELS + (DSP != 0 || LEVELS == 0 ? 1 : 0)) / 2;
  localparam STAGES = DOT_STAGES + 2;
  localparam AW = $clog2(2 * WORDS);
  localparam KW = KF > 1 ? $clog2(KF) : 1;
  localparam integer BASE = WORDS;
  localparam integer BACK = INNER - 1;

  // The frames of the second operand: which are whole, which is written, which is read.
  reg [1:0] full;
  reg writes_to, reads_from;

  // Writer
  wire put = in1_valid && in1_ready;
  wire last_inner, last_block;
  wire [BANKS-1:0] bank;
  wire bank_end = bank[BANKS-1];
  reg [AW-1:0] write_at;
  assign in1_ready = !full[writes_to];
  sluice_swg_count #(.LENGTH(INNER)) inner (.clk(clk), .rst(rst), .step(put), .last(last_inner));
  sluice_swg_count #(.LENGTH(WORDS / INNER)) blocks (
      .clk(clk), .rst(rst), .step(put && last_inner && bank_end), .last(last_block)
  );
  generate
    if (BANKS > 1) begin : several
      reg [BANKS-1:0] at;
      always @(posedge clk) begin
        if (rst) at <= {{(BANKS-1){1'b0}}, 1'b1};
        else if (put && last_inner) at <= {at[BANKS-2:0], at[BANKS-1]};
      end
      assign bank = at;
    end else begin : one
      assign bank = 1'b1;
    end
  endgenerate
  wire filled = put && last_inner && bank_end && last_block;
  always @(posedge clk) begin
    if (rst) begin
      write_at <= {AW{1'b0}};
      writes_to <= 1'b0;
    end else if (put) begin
      if (filled) begin
        write_at <= writes_to ? {AW{1'b0}} : BASE[AW-1:0];
        writes_to <= !writes_to;
      end else if (last_inner && !bank_end) write_at <= write_at - BACK[AW-1:0];
      else write_at <= write_at + 1'b1;
    end
  end

  // Reader: a slot takes a beat of the first operand's row, or has it from the row's first round.
  reg [STAGES-1:0] valid;
  wire ce = !valid[STAGES-1] || out_ready;
  wire first_columns, last_k, last_m, last_h, last_row;
  reg fresh;
  assign first_columns = MF == 1 || fresh;
  wire fire = ce && full[reads_from] && (in0_valid || !first_columns);
  assign in0_ready = ce && full[reads_from] && first_columns;
  assign out_valid = valid[STAGES-1];
  sluice_swg_count #(.LENGTH(KF)) beats (.clk(clk), .rst(rst), .step(fire), .last(last_k));
  sluice_swg_count #(.LENGTH(MF)) columns (.clk(clk), .rst(rst), .step(fire && last_k), .last(last_m));
  wire head_end = fire && last_k && last_m;
  sluice_swg_count #(.LENGTH(HEADS)) heads (.clk(clk), .rst(rst), .step(head_end), .last(last_h));
  sluice_swg_count #(.LENGTH(ROWS)) rows (.clk(clk), .rst(rst), .step(head_end && last_h), .last(last_row));
  wire drained = head_end && last_h && last_row;

  localparam [AW+31:0] STEP_K = {{(AW+1){JUMP_K[31]}}, JUMP_K[30:0]};
  localparam [AW+31:0] STEP_M = {{(AW+1){JUMP_M[31]}}, JUMP_M[30:0]};
  localparam [AW+31:0] STEP_H = {{(AW+1){JUMP_H[31]}}, JUMP_H[30:0]};
  reg [AW-1:0] read_at;
  reg [KW-1:0] k;
  reg begins;
  always @(posedge clk) begin
    if (rst) begin
      full <= 2'b00;
      reads_from <= 1'b0;
      read_at <= {AW{1'b0}};
      k <= {KW{1'b0}};
      begins <= 1'b1;
      fresh <= 1'b1;
    end else begin
      if (filled) full[writes_to] <= 1'b1;
      if (drained) full[reads_from] <= 1'b0;
      if (drained) reads_from <= !reads_from;
      if (fire) begin
        k <= last_k ? {KW{1'b0}} : k + 1'b1;
        begins <= last_k;
        if (last_k) fresh <= last_m;
        if (!last_k) read_at <= read_at + STEP_K[AW-1:0];
        else if (!last_m) read_at <= read_at + STEP_M[AW-1:0];
        else if (!last_h) read_at <= read_at + STEP_H[AW-1:0];
        else if (reads_from == last_row) read_at <= {AW{1'b0}};
        else read_at <= BASE[AW-1:0];
      end
    end
  end

  // 1: operands
  reg [SIMD*X_BITS-1:0] x;
  generate
    if (MF > 1) begin : kept
      reg [SIMD*X_BITS-1:0] row [0:(1<<KW)-1];
      always @(posedge clk) if (fire) begin
        if (fresh) row[k] <= in0_data;
        x <= fresh ? in0_data : row[k];
      end
    end else begin : passing
      always @(posedge clk) if (fire) x <= in0_data;
      wire unused = &{1'b0, k, fresh};
    end
  endgenerate
  wire [BANKS*WORD*W_BITS-1:0] words;
  genvar b, p, s;
  generate
    for (b = 0; b < BANKS; b = b + 1) begin : banks
      reg [WORD*W_BITS-1:0] store [0:2*WORDS-1];
      reg [WORD*W_BITS-1:0] word;
      always @(posedge clk) begin
        if (put && bank[b]) store[write_at] <= in1_data;
        if (fire) word <= store[read_at];
      end
      assign words[b*WORD*W_BITS+:WORD*W_BITS] = word;
    end
  endgenerate

  // Products and sums; beside them, what an issue is. Once a sum is complete, only that counts.
  wire first, last;
  always @(posedge clk) begin
    if (rst) valid <= {STAGES{1'b0}};
    else if (ce) valid <= {valid[DOT_STAGES] && last, valid[DOT_STAGES-1:0], fire};
  end
  sluice_mvu_delay #(.WIDTH(2), .DEPTH(DOT_STAGES + 1)) issue (
      .clk(clk), .ce(ce), .in({begins, last_k}), .out({first, last})
  );
  generate
    for (p = 0; p < PE; p = p + 1) begin : lane
      wire [SIMD*W_BITS-1:0] w;
      for (s = 0; s < SIMD; s = s + 1) begin : factor
        localparam AT = BY_ROW != 0 ? p * WORD + s : s * WORD + p;
        assign w[s*W_BITS+:W_BITS] = words[AT*W_BITS+:W_BITS];
      end
      sluice_mvu_lane #(
          .SIMD(SIMD), .COLUMNS(KF * SIMD), .X_KIND(X_KIND), .X_BITS(X_BITS), .W_KIND(W_KIND), .W_BITS(W_BITS),
          .DSP(DSP), .ACC_BITS(OUT_W)
      ) dot (
          .clk(clk), .ce(ce), .x(x), .w(w), .live(valid[DOT_STAGES]), .first(first), .acc(out_data[p*OUT_W+:OUT_W])
      );
    end
  endgenerate
endmodule
