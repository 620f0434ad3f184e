// Mixture of experts: for each token, the experts that its routes name, times their gates, summed.
//
// in0: vectors, SIMD channels per beat; in1: routes, one per beat; out: sums, SIMD channels per beat. A frame computes
// expert by expert, so that each expert's weights are read once, over an AXI4 read master (mem_*, incrementing bursts);
// the next frame comes in and the last one goes out meanwhile.
module sluice_experts #(
    parameter TOKENS       = 4,
    parameter K            = 2,
    parameter EXPERTS      = 4,
    parameter WIDTH        = 8,
    parameter HIDDEN       = 8,
    parameter PE           = 2,
    parameter SIMD         = 2,
    parameter X_KIND       = 1,
    parameter X_BITS       = 8,
    parameter UP_KIND      = 1,
    parameter UP_BITS      = 8,
    parameter UP_DSP       = 0,
    parameter UP_ACC       = 20,
    parameter MUL_W        = 8,
    parameter ADD_W        = 8,
    parameter SCALED_W     = 30,
    parameter SHIFT        = 8,
    parameter TIES_EVEN    = 0,
    parameter LO           = 0,
    parameter HI           = 255,
    parameter CODE_BITS    = 9,
    parameter TABLE        = 0,
    parameter INDEX_W      = 8,
    parameter H_KIND       = 1,
    parameter H_BITS       = 8,
    parameter DOWN_KIND    = 1,
    parameter DOWN_BITS    = 8,
    parameter DOWN_DSP     = 0,
    parameter DOWN_ACC     = 20,
    parameter BIASES       = 0,
    parameter BIAS_W       = 1,
    parameter BIASED_W     = 21,
    parameter ROUTE_W      = 12,
    parameter GATE_W       = 9,
    parameter OUT_BITS     = 30,
    parameter BASE         = 0,
    parameter BEAT_W       = 128,
    parameter BURST        = 16,
    parameter UP_BEATS     = 16,
    parameter DOWN_BEATS   = 16,
    parameter UP_SPAN      = 16,
    parameter DOWN_SPAN    = 16,
    parameter TABLE_FILE   = ""
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire [SIMD*X_BITS-1:0]   in0_data,
    input  wire                     in0_valid,
    output wire                     in0_ready,
    input  wire [ROUTE_W-1:0]       in1_data,
    input  wire                     in1_valid,
    output wire                     in1_ready,
    output wire [SIMD*OUT_BITS-1:0] out_data,
    output wire                     out_valid,
    input  wire                     out_ready,
    output wire [31:0]              mem_araddr,
    output wire [7:0]               mem_arlen,
    output wire                     mem_arvalid,
    input  wire                     mem_arready,
    input  wire [BEAT_W-1:0]        mem_rdata,
    input  wire                     mem_rlast,
    input  wire                     mem_rvalid,
    output wire                     mem_rready
);
    localparam TOKEN_W = TOKENS > 1 ? $clog2(TOKENS) : 1;
    localparam FOLDS   = HIDDEN / PE;
    localparam ROWS    = WIDTH / SIMD;
    localparam WORDS   = FOLDS * ROWS;
    localparam FOLD_W  = FOLDS > 1 ? $clog2(FOLDS) : 1;
    localparam ROW_W   = ROWS > 1 ? $clog2(ROWS) : 1;
    localparam WORD_W  = WORDS > 1 ? $clog2(WORDS) : 1;
    localparam UP_WORD = PE * SIMD * UP_BITS;
    localparam SCALE_WORD = PE * (MUL_W + ADD_W);
    localparam DOWN_WORD = PE * SIMD * DOWN_BITS;
    localparam BIAS_WORD = SIMD * BIAS_W;
    localparam UP_SLICES = (UP_WORD + BEAT_W - 1) / BEAT_W;
    localparam SCALE_SLICES = (SCALE_WORD + BEAT_W - 1) / BEAT_W;
    localparam DOWN_SLICES = (DOWN_WORD + BEAT_W - 1) / BEAT_W;
    localparam BIAS_SLICES = (BIAS_WORD + BEAT_W - 1) / BEAT_W;
    localparam WIDE_A = UP_SLICES > DOWN_SLICES ? UP_SLICES : DOWN_SLICES;
    localparam WIDE_B = SCALE_SLICES > BIAS_SLICES ? SCALE_SLICES : BIAS_SLICES;
    localparam SLICES = WIDE_A > WIDE_B ? WIDE_A : WIDE_B;
    localparam SLICE_W = SLICES > 1 ? $clog2(SLICES) : 1;

    // Queues and jobs.
    wire [2*EXPERTS-1:0] wanted;
    wire                 routed;
    wire [1:0]           stored;
    wire                 job_valid;
    wire [TOKEN_W-1:0]   job_token;
    wire [GATE_W-1:0]    job_gate;
    wire                 job_first;
    wire                 job_last;
    wire                 job_end;
    wire                 job_take;
    sluice_experts_queues #(
        .TOKENS(TOKENS), .K(K), .EXPERTS(EXPERTS), .CODE_W(ROUTE_W), .GATE_W(GATE_W), .TOKEN_W(TOKEN_W)
    ) queues (
        .clk(clk), .rst(rst), .in_data(in1_data), .in_valid(in1_valid), .in_ready(in1_ready), .wanted(wanted),
        .routed(routed), .stored(stored), .job_valid(job_valid), .job_token(job_token), .job_gate(job_gate),
        .job_first(job_first), .job_last(job_last), .job_end(job_end), .job_take(job_take));

    // Weights.
    wire up_free;
    wire down_free;
    wire up_done;
    wire down_done;
    sluice_experts_loader #(
        .EXPERTS(EXPERTS), .BASE(BASE), .BEAT_BYTES(BEAT_W / 8), .BURST(BURST), .UP_BEATS(UP_BEATS),
        .DOWN_BEATS(DOWN_BEATS), .UP_SPAN(UP_SPAN), .DOWN_SPAN(DOWN_SPAN)
    ) loader (
        .clk(clk), .rst(rst), .wanted(wanted), .routed(routed), .up_free(up_free), .down_free(down_free),
        .araddr(mem_araddr), .arlen(mem_arlen), .arvalid(mem_arvalid), .arready(mem_arready));
    assign mem_rready = 1'b1;
    wire unused_last = mem_rlast;  // beats are counted

    wire [3:0]         region;
    wire [SLICE_W-1:0] slice;
    wire [WORD_W-1:0]  word;
    wire               bank;
    sluice_experts_fill #(
        .WORDS(WORDS), .UP_SLICES(UP_SLICES), .SCALES(FOLDS), .SCALE_SLICES(SCALE_SLICES), .DOWN_SLICES(DOWN_SLICES),
        .BIASES(BIASES != 0 ? ROWS : 0), .BIAS_SLICES(BIAS_SLICES), .SLICE_W(SLICE_W), .WORD_W(WORD_W)
    ) fill (
        .clk(clk), .rst(rst), .valid(mem_rvalid), .region(region), .slice(slice), .word(word), .bank(bank),
        .up_done(up_done), .down_done(down_done));

    // A bank begins at a multiple of a power of two.
    wire                   up_bank;
    wire [WORD_W-1:0]      up_at;
    wire [UP_WORD-1:0]     up_word;
    wire                   scale_bank;
    wire [FOLD_W-1:0]      scale_at;
    wire [SCALE_WORD-1:0]  scale_word;
    wire                   down_bank;
    wire [WORD_W-1:0]      down_at;
    wire [DOWN_WORD-1:0]   down_word;
    wire                   bias_bank;
    wire [ROW_W-1:0]       bias_at;
    wire [BIAS_WORD-1:0]   bias_word;
    sluice_experts_store #(
        .WIDTH(UP_WORD), .DEPTH(2 << WORD_W), .BEAT_W(BEAT_W), .SLICE_W(SLICE_W), .AW(WORD_W + 1)
    ) up_store (
        .clk(clk), .write(mem_rvalid && region[0]), .slice(slice), .write_at({bank, word}), .beat(mem_rdata),
        .read_at({up_bank, up_at}), .word(up_word));
    sluice_experts_store #(
        .WIDTH(SCALE_WORD), .DEPTH(2 << FOLD_W), .BEAT_W(BEAT_W), .SLICE_W(SLICE_W), .AW(FOLD_W + 1)
    ) scale_store (
        .clk(clk), .write(mem_rvalid && region[1]), .slice(slice), .write_at({bank, word[FOLD_W-1:0]}),
        .beat(mem_rdata), .read_at({scale_bank, scale_at}), .word(scale_word));
    sluice_experts_store #(
        .WIDTH(DOWN_WORD), .DEPTH(2 << WORD_W), .BEAT_W(BEAT_W), .SLICE_W(SLICE_W), .AW(WORD_W + 1)
    ) down_store (
        .clk(clk), .write(mem_rvalid && region[2]), .slice(slice), .write_at({bank, word}), .beat(mem_rdata),
        .read_at({down_bank, down_at}), .word(down_word));
    generate
        if (BIASES != 0) begin : with_bias
            sluice_experts_store #(
                .WIDTH(BIAS_WORD), .DEPTH(2 << ROW_W), .BEAT_W(BEAT_W), .SLICE_W(SLICE_W), .AW(ROW_W + 1)
            ) bias_store (
                .clk(clk), .write(mem_rvalid && region[3]), .slice(slice), .write_at({bank, word[ROW_W-1:0]}),
                .beat(mem_rdata), .read_at({bias_bank, bias_at}), .word(bias_word));
        end else begin : without_bias
            assign bias_word = {BIAS_WORD{1'b0}};
            wire unused = &{1'b0, region[3], bias_bank, bias_at};
        end
    endgenerate

    // Products.
    wire [1:0]             slot;
    wire [3:0]             filled;
    wire                   slot_free;
    wire [1:0]             read_slot;
    wire [FOLD_W-1:0]      read_at;
    wire [PE*H_BITS-1:0]   hidden;
    sluice_experts_up #(
        .TOKENS(TOKENS), .WIDTH(WIDTH), .HIDDEN(HIDDEN), .PE(PE), .SIMD(SIMD), .X_KIND(X_KIND), .X_BITS(X_BITS),
        .W_KIND(UP_KIND), .W_BITS(UP_BITS), .DSP(UP_DSP), .ACC_BITS(UP_ACC), .MUL_W(MUL_W), .ADD_W(ADD_W),
        .SUM_W(SCALED_W), .SHIFT(SHIFT), .TIES_EVEN(TIES_EVEN), .LO(LO), .HI(HI), .CODE_BITS(CODE_BITS),
        .TABLE(TABLE), .INDEX_W(INDEX_W), .H_BITS(H_BITS), .TOKEN_W(TOKEN_W), .WORD_W(WORD_W), .FOLD_W(FOLD_W),
        .TABLE_FILE(TABLE_FILE)
    ) up (
        .clk(clk), .rst(rst), .in_data(in0_data), .in_valid(in0_valid), .in_ready(in0_ready), .stored(stored),
        .job_valid(job_valid), .job_token(job_token), .job_first(job_first), .job_last(job_last), .job_end(job_end),
        .job_take(job_take), .part_done(up_done), .part_free(up_free), .weights_bank(up_bank), .weights_at(up_at),
        .weights(up_word), .scales_bank(scale_bank), .scales_at(scale_at), .scales(scale_word), .slot(slot),
        .filled(filled), .slot_free(slot_free), .read_slot(read_slot), .read_at(read_at), .hidden(hidden));
    sluice_experts_down #(
        .TOKENS(TOKENS), .WIDTH(WIDTH), .HIDDEN(HIDDEN), .PE(PE), .SIMD(SIMD), .H_KIND(H_KIND), .H_BITS(H_BITS),
        .W_KIND(DOWN_KIND), .W_BITS(DOWN_BITS), .DSP(DOWN_DSP), .ACC_BITS(DOWN_ACC), .BIASES(BIASES),
        .BIAS_W(BIAS_W), .SUM_W(BIASED_W), .GATE_W(GATE_W), .OUT_BITS(OUT_BITS), .TOKEN_W(TOKEN_W), .WORD_W(WORD_W),
        .FOLD_W(FOLD_W), .ROW_W(ROW_W)
    ) down (
        .clk(clk), .rst(rst), .job_take(job_take), .job_token(job_token), .job_gate(job_gate), .job_first(job_first),
        .job_last(job_last), .job_end(job_end), .job_slot(slot), .filled(filled), .slot_free(slot_free),
        .read_slot(read_slot), .read_at(read_at), .hidden(hidden), .part_done(down_done), .part_free(down_free),
        .weights_bank(down_bank), .weights_at(down_at), .weights(down_word), .biases_bank(bias_bank),
        .biases_at(bias_at), .biases(bias_word), .out_data(out_data), .out_valid(out_valid), .out_ready(out_ready));
endmodule
