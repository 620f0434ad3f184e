// Second product of the experts: SIMD channels by PE hidden channels per cycle, plus bias, times the gate, summed per
// token in one of two banks of accumulators. The end of a frame turns the bank over to the output.
//
// Jobs come in the order in which the first product took them; one is begun when its hidden vector and its weights are
// there. At least three cycles lie between two jobs, so that a token's sum is written before it is read again.
// From the issue of a row's last slot: LM cycles to its sum (acc), then sum + bias, times gate, plus the token's sum.
module sluice_experts_down #(
    parameter TOKENS   = 4,
    parameter WIDTH    = 8,
    parameter HIDDEN   = 8,
    parameter PE       = 2,
    parameter SIMD     = 2,
    parameter H_KIND   = 1,
    parameter H_BITS   = 8,
    parameter W_KIND   = 1,
    parameter W_BITS   = 8,
    parameter DSP      = 0,
    parameter ACC_BITS = 20,
    parameter BIASES   = 0,
    parameter BIAS_W   = 1,
    parameter SUM_W    = 21,
    parameter GATE_W   = 9,
    parameter OUT_BITS = 30,
    parameter TOKEN_W  = 2,
    parameter WORD_W   = 4,
    parameter FOLD_W   = 2,
    parameter ROW_W    = 2
) (
    input  wire                      clk,
    input  wire                      rst,
    // Jobs as the first product takes them, and the slots that it has filled.
    input  wire                      job_take,
    input  wire [TOKEN_W-1:0]        job_token,
    input  wire [GATE_W-1:0]         job_gate,
    input  wire                      job_first,
    input  wire                      job_last,
    input  wire                      job_end,
    input  wire [1:0]                job_slot,
    input  wire [3:0]                filled,
    output wire                      slot_free,
    output reg  [1:0]                read_slot,
    output wire [FOLD_W-1:0]         read_at,
    input  wire [PE*H_BITS-1:0]      hidden,
    input  wire                      part_done,
    output wire                      part_free,
    output wire                      weights_bank,
    output wire [WORD_W-1:0]         weights_at,
    input  wire [SIMD*PE*W_BITS-1:0] weights,
    output wire                      biases_bank,
    output wire [ROW_W-1:0]          biases_at,
    input  wire [SIMD*BIAS_W-1:0]    biases,
    output wire [SIMD*OUT_BITS-1:0]  out_data,
    output wire                      out_valid,
    input  wire                      out_ready
);
    localparam SF = HIDDEN / PE;
    localparam NF = WIDTH / SIMD;
    localparam SLOTS = SF * NF;
    localparam PAD = SLOTS < 3 ? 3 - SLOTS : 0;
    localparam [31:0] SF_END = SF - 1;
    localparam [31:0] NF_END = NF - 1;
    localparam [31:0] NF_VALUE = NF;
    localparam [31:0] PAD_VALUE = PAD;
    localparam LEVELS = $clog2(PE);
    localparam DOT_STAGES = 1 + (LEVELS + (DSP != 0 || LEVELS == 0 ? 1 : 0)) / 2;
    localparam DRAIN = DOT_STAGES + 5;
    localparam AW = TOKENS * NF > 1 ? $clog2(TOKENS * NF) : 1;

    // What the slots hold.
    reg [TOKEN_W-1:0] tokens [0:3];
    reg [GATE_W-1:0]  gates [0:3];
    reg [3:0] firsts;
    reg [3:0] lasts;
    reg [3:0] frame_ends;
    reg [2:0] waiting;
    always @(posedge clk) begin
        if (job_take) begin
            tokens[job_slot]     <= job_token;
            gates[job_slot]      <= job_gate;
            firsts[job_slot]     <= job_first;
            lasts[job_slot]      <= job_last;
            frame_ends[job_slot] <= job_end;
        end
    end

    // The job at work.
    reg              run;       // issues slots
    reg [1:0]        pad;       // cycles that it waits after them
    reg [1:0]        next_slot;
    reg              weighing;
    reg              sum_bank;
    reg [TOKENS-1:0] touched0;
    reg [TOKENS-1:0] touched1;
    reg [1:0]        busy;      // banks of sums that are not given out yet
    reg              fresh;     // nothing of this token's sum is there yet
    reg              last_token;
    reg [GATE_W-1:0] gate;
    reg [AW-1:0]     base;
    reg [FOLD_W-1:0] sf;
    reg [ROW_W-1:0]  nf;
    reg [WORD_W-1:0] at;
    reg [1:0]        parts;
    wire last_sf = sf == SF_END[FOLD_W-1:0];
    wire last_slot = last_sf && nf == NF_END[ROW_W-1:0];
    wire over = (run && last_slot && PAD == 0) || pad == 2'd1;
    wire idle = !run && pad == 2'd0;
    wire ready = waiting != 3'd0 && filled[next_slot] && !busy[sum_bank];
    wire begins = ready && !frame_ends[next_slot] && (idle || over) && (!firsts[next_slot] || parts != 2'd0);
    wire ends = ready && frame_ends[next_slot] && idle;
    assign slot_free = ends || over;
    wire [TOKEN_W-1:0] job = tokens[next_slot];
    wire [AW+31:0] job_base = {{AW{1'b0}}, NF_VALUE} * {{(AW+32-TOKEN_W){1'b0}}, job};
    wire unused_base = &{1'b0, job_base[AW+31:AW]};
    wire given;       // the last beat of a frame has left
    wire given_bank;

    always @(posedge clk) begin
        if (begins) begin
            read_slot  <= next_slot;
            gate       <= gates[next_slot];
            last_token <= lasts[next_slot];
            fresh      <= !(sum_bank ? touched1[job] : touched0[job]);
            base       <= job_base[AW-1:0];
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            run       <= 1'b0;
            pad       <= 2'd0;
            waiting   <= 3'd0;
            next_slot <= 2'd0;
            weighing  <= 1'b0;
            sum_bank  <= 1'b0;
            touched0  <= {TOKENS{1'b0}};
            touched1  <= {TOKENS{1'b0}};
            busy      <= 2'b00;
            sf        <= {FOLD_W{1'b0}};
            nf        <= {ROW_W{1'b0}};
            at        <= {WORD_W{1'b0}};
            parts     <= 2'd0;
        end else begin
            if (begins) run <= 1'b1;
            else if (last_slot) run <= 1'b0;
            if (run) begin
                sf <= last_sf ? {FOLD_W{1'b0}} : sf + 1'b1;
                if (last_sf) nf <= last_slot ? {ROW_W{1'b0}} : nf + 1'b1;
                at <= last_slot ? {WORD_W{1'b0}} : at + 1'b1;
                if (last_slot && last_token) weighing <= !weighing;
            end
            if (run && last_slot) pad <= PAD_VALUE[1:0];
            else if (pad != 2'd0) pad <= pad - 1'b1;
            waiting <= waiting + {2'b00, job_take} - {2'b00, begins || ends};
            parts   <= parts + {1'b0, part_done} - {1'b0, begins && firsts[next_slot]};
            if (begins || ends) next_slot <= next_slot + 1'b1;
            if (begins && !sum_bank) touched0[job] <= 1'b1;
            if (begins && sum_bank) touched1[job] <= 1'b1;
            if (ends) begin
                busy[sum_bank] <= 1'b1;
                sum_bank       <= !sum_bank;
            end
            if (given) begin
                busy[given_bank] <= 1'b0;
                if (given_bank) touched1 <= {TOKENS{1'b0}};
                else touched0 <= {TOKENS{1'b0}};
            end
        end
    end

    assign read_at = sf;
    assign weights_bank = weighing;
    assign weights_at = at;

    reg [DOT_STAGES:0] live;
    wire first;
    always @(posedge clk)
        if (rst) live <= 0;
        else live <= {live[DOT_STAGES-1:0], run};
    sluice_mvu_delay #(.WIDTH(1), .DEPTH(DOT_STAGES + 1)) delay_first (
        .clk(clk), .ce(1'b1), .in(sf == {FOLD_W{1'b0}}), .out(first));

    // A row's sum appears with what it belongs to.
    wire row_valid;
    wire row_expert_done;
    wire row_fresh;
    wire row_bank;
    wire row_sums;
    wire [GATE_W-1:0] row_gate;
    wire [ROW_W-1:0] row;
    wire [AW-1:0] row_at;
    wire [AW+ROW_W-1:0] nf_wide = {{AW{1'b0}}, nf};
    wire unused_nf = &{1'b0, nf_wide[AW+ROW_W-1:AW]};
    wire [AW-1:0] issue_at = base + nf_wide[AW-1:0];
    sluice_experts_delay #(.WIDTH(4 + GATE_W + ROW_W + AW), .DEPTH(DOT_STAGES + 2)) delay_rows (
        .clk(clk), .rst(rst), .in_valid(run && last_sf),
        .in({last_slot && last_token, fresh, weighing, sum_bank, gate, nf, issue_at}), .out_valid(row_valid),
        .out({row_expert_done, row_fresh, row_bank, row_sums, row_gate, row, row_at}));
    assign biases_bank = row_bank;
    assign biases_at = row;
    assign part_free = row_valid && row_expert_done;

    wire add_valid;
    wire add_fresh;
    wire add_bank;
    wire [GATE_W-1:0] add_gate;
    wire [AW-1:0] add_at;
    sluice_experts_delay #(.WIDTH(2 + GATE_W + AW), .DEPTH(2)) delay_gate (
        .clk(clk), .rst(rst), .in_valid(row_valid), .in({row_fresh, row_sums, row_gate, row_at}),
        .out_valid(add_valid), .out({add_fresh, add_bank, add_gate, add_at}));
    wire put_valid;
    wire put_bank;
    wire [AW-1:0] put_at;
    sluice_experts_delay #(.WIDTH(1 + AW), .DEPTH(2)) delay_put (
        .clk(clk), .rst(rst), .in_valid(add_valid), .in({add_bank, add_at}), .out_valid(put_valid),
        .out({put_bank, put_at}));
    reg keep_fresh;
    reg keep_bank;
    always @(posedge clk) begin
        keep_fresh <= add_fresh;
        keep_bank  <= add_bank;
    end

    wire [SIMD*ACC_BITS-1:0] acc;
    wire [SIMD*OUT_BITS-1:0] sums;      // what was read
    wire [SIMD*OUT_BITS-1:0] totals;    // what is written
    genvar s;
    generate
        for (s = 0; s < SIMD; s = s + 1) begin : lane
            sluice_mvu_lane #(
                .SIMD(PE), .COLUMNS(HIDDEN), .X_KIND(H_KIND), .X_BITS(H_BITS), .W_KIND(W_KIND), .W_BITS(W_BITS),
                .DSP(DSP), .ACC_BITS(ACC_BITS)
            ) product (
                .clk(clk), .ce(1'b1), .x(hidden), .w(weights[s*PE*W_BITS +: PE*W_BITS]), .live(live[DOT_STAGES]),
                .first(first), .acc(acc[s*ACC_BITS +: ACC_BITS]));
            sluice_experts_gate #(
                .ACC_BITS(ACC_BITS), .BIASES(BIASES), .BIAS_W(BIAS_W), .SUM_W(SUM_W), .GATE_W(GATE_W),
                .OUT_BITS(OUT_BITS)
            ) gated (
                .clk(clk), .acc(acc[s*ACC_BITS +: ACC_BITS]), .bias(biases[s*BIAS_W +: BIAS_W]), .gate(add_gate),
                .fresh(keep_fresh), .sum(sums[s*OUT_BITS +: OUT_BITS]), .total(totals[s*OUT_BITS +: OUT_BITS]));
        end
    endgenerate

    wire [1:0] go;
    sluice_experts_delay #(.WIDTH(1), .DEPTH(DRAIN)) delay_end (
        .clk(clk), .rst(rst), .in_valid(ends), .in(sum_bank), .out_valid(go[0]), .out(go[1]));
    sluice_experts_sums #(
        .TOKENS(TOKENS), .ROWS(NF), .WIDTH(SIMD * OUT_BITS), .AW(AW), .TOKEN_W(TOKEN_W), .ROW_W(ROW_W)
    ) memory (
        .clk(clk), .rst(rst), .touched0(touched0), .touched1(touched1), .go(go[0]), .go_bank(go[1]),
        .read(add_valid), .read_bank(add_bank), .read_at(add_at), .read_from(keep_bank), .read_data(sums),
        .write(put_valid), .write_bank(put_bank), .write_at(put_at), .write_data(totals),
        .given(given), .given_bank(given_bank),
        .out_data(out_data), .out_valid(out_valid), .out_ready(out_ready));
endmodule
