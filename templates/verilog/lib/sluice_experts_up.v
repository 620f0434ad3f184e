// First product of the experts: PE hidden channels by SIMD channels per cycle, requantised and activated.
//
// Vectors of two frames are stored; the jobs say which to take, in the order of the experts. Each job takes
// (HIDDEN / PE) * (WIDTH / SIMD) cycles, the next one without a gap, and leaves its hidden vector in one of four slots,
// which the second product reads. A job that ends a frame frees the frame's bank.
// Latency of a row: LM (sluice_mvu_lane), 4 (sluice_requantise_lane), 1 more with an activation table.
module sluice_experts_up #(
    parameter TOKENS    = 4,
    parameter WIDTH     = 8,
    parameter HIDDEN    = 8,
    parameter PE        = 2,
    parameter SIMD      = 2,
    parameter X_KIND    = 1,
    parameter X_BITS    = 8,
    parameter W_KIND    = 1,
    parameter W_BITS    = 8,
    parameter DSP       = 0,
    parameter ACC_BITS  = 20,
    parameter MUL_W     = 8,
    parameter ADD_W     = 8,
    parameter SUM_W     = 30,
    parameter SHIFT     = 8,
    parameter TIES_EVEN = 0,
    parameter LO        = 0,
    parameter HI        = 255,
    parameter CODE_BITS = 8,
    parameter TABLE     = 0,
    parameter INDEX_W   = 8,
    parameter H_BITS    = 8,
    parameter TOKEN_W   = 2,
    parameter WORD_W    = 4,
    parameter FOLD_W    = 2,
    parameter TABLE_FILE = ""
) (
    input  wire                      clk,
    input  wire                      rst,
    input  wire [SIMD*X_BITS-1:0]    in_data,
    input  wire                      in_valid,
    output wire                      in_ready,
    output wire [1:0]                stored,
    input  wire                      job_valid,
    input  wire [TOKEN_W-1:0]        job_token,
    input  wire                      job_first,
    input  wire                      job_last,
    input  wire                      job_end,
    output wire                      job_take,
    // Weights: a part has come; a bank of them is free again.
    input  wire                      part_done,
    output wire                      part_free,
    output wire                      weights_bank,
    output wire [WORD_W-1:0]         weights_at,
    input  wire [PE*SIMD*W_BITS-1:0] weights,
    output wire                      scales_bank,
    output wire [FOLD_W-1:0]         scales_at,
    input  wire [PE*(MUL_W+ADD_W)-1:0] scales,
    // Slots of hidden vectors.
    output reg  [1:0]                slot,
    output reg  [3:0]                filled,
    input  wire                      slot_free,
    input  wire [1:0]                read_slot,
    input  wire [FOLD_W-1:0]         read_at,
    output reg  [PE*H_BITS-1:0]      hidden
);
    localparam SF = WIDTH / SIMD;
    localparam NF = HIDDEN / PE;
    localparam BEATS = 2 * TOKENS * SF;
    localparam BW = $clog2(BEATS);
    localparam SF_W = SF > 1 ? $clog2(SF) : 1;
    localparam [31:0] SF_END = SF - 1;
    localparam [31:0] NF_END = NF - 1;
    localparam [31:0] SF_VALUE = SF;
    localparam SECOND_VALUE = TOKENS * SF;
    localparam END_VALUE = BEATS - 1;
    localparam [BW-1:0] SECOND = SECOND_VALUE[BW-1:0];
    localparam [BW-1:0] END = END_VALUE[BW-1:0];
    localparam LEVELS = $clog2(SIMD);
    localparam DOT_STAGES = 1 + (LEVELS + (DSP != 0 || LEVELS == 0 ? 1 : 0)) / 2;
    localparam LATE = TABLE != 0 ? 5 : 4;

    // Two frames of vectors.
    reg [1:0]    full;
    reg          bank;
    reg          leaving;
    reg [BW-1:0] write_at;
    reg [SIMD*X_BITS-1:0] vectors [0:BEATS-1];
    wire accept = in_valid && in_ready;
    wire last_beat = write_at == END || write_at == SECOND - 1'b1;
    assign in_ready = !full[bank];
    assign stored = full;
    always @(posedge clk) if (accept) vectors[write_at] <= in_data;

    // The job at work.
    reg              run;
    reg              weighing;    // bank of the weights
    reg              last_token;  // of this expert
    reg [1:0]        target;
    reg [BW-1:0]     base;
    reg [SF_W-1:0]   sf;
    reg [FOLD_W-1:0] nf;
    reg [WORD_W-1:0] at;
    reg [2:0]        used;        // slots
    reg [1:0]        parts;       // that have come and are not begun
    wire last_sf = sf == SF_END[SF_W-1:0];
    wire last_slot = last_sf && nf == NF_END[FOLD_W-1:0];
    wire room = used != 3'd4;
    wire begins = job_valid && !job_end && room && (!run || last_slot) && (!job_first || parts != 2'd0);
    wire ends = job_valid && job_end && room && !run;
    assign job_take = begins || ends;

    // Row ends travel beside their data.
    wire row_done;      // of the slot that issues
    wire acc_valid;
    wire acc_bank;
    wire acc_token_done;
    wire acc_expert_done;
    wire [1:0] acc_target;
    wire [FOLD_W-1:0] acc_nf;
    wire put_valid;
    wire put_token_done;
    wire put_expert_done;
    wire [1:0] put_target;
    wire [FOLD_W-1:0] put_nf;
    assign row_done = run && last_sf;

    wire [BW+31:0] token_base = {{BW{1'b0}}, SF_VALUE} * {{(BW+32-TOKEN_W){1'b0}}, job_token};
    wire unused_base = &{1'b0, token_base[BW+31:BW]};

    always @(posedge clk) begin
        if (begins) begin
            base       <= token_base[BW-1:0] + (leaving ? SECOND : {BW{1'b0}});
            last_token <= job_last;
            target     <= slot;
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            full     <= 2'b00;
            bank     <= 1'b0;
            leaving  <= 1'b0;
            write_at <= {BW{1'b0}};
            run      <= 1'b0;
            weighing <= 1'b0;
            sf       <= {SF_W{1'b0}};
            nf       <= {FOLD_W{1'b0}};
            at       <= {WORD_W{1'b0}};
            used     <= 3'd0;
            parts    <= 2'd0;
            slot     <= 2'd0;
            filled   <= 4'd0;
        end else begin
            if (accept) begin
                write_at <= write_at == END ? {BW{1'b0}} : write_at + 1'b1;
                if (last_beat) begin
                    full[bank] <= 1'b1;
                    bank       <= !bank;
                end
            end
            if (ends) begin
                full[leaving] <= 1'b0;
                leaving       <= !leaving;
            end
            if (begins) run <= 1'b1;
            else if (last_slot) run <= 1'b0;
            if (run) begin
                sf <= last_sf ? {SF_W{1'b0}} : sf + 1'b1;
                if (last_sf) nf <= last_slot ? {FOLD_W{1'b0}} : nf + 1'b1;
                at <= last_slot ? {WORD_W{1'b0}} : at + 1'b1;
                if (last_slot && last_token) weighing <= !weighing;
            end
            used  <= used + {2'b00, job_take} - {2'b00, slot_free};
            parts <= parts + {1'b0, part_done} - {1'b0, begins && job_first};
            if (job_take) slot <= slot + 1'b1;
            // The end of a frame has no vector to wait for.
            if (put_valid && put_token_done) filled[put_target] <= 1'b1;
            if (ends) filled[slot] <= 1'b1;
            if (begins) filled[slot] <= 1'b0;
        end
    end

    // Operands, one register after the issue.
    reg [SIMD*X_BITS-1:0] x;
    wire [BW+SF_W-1:0] sf_wide = {{BW{1'b0}}, sf};
    wire unused_sf = &{1'b0, sf_wide[BW+SF_W-1:BW]};
    wire [BW-1:0] read_vector = base + sf_wide[BW-1:0];
    always @(posedge clk) x <= vectors[read_vector];
    assign weights_bank = weighing;
    assign weights_at = at;

    reg [DOT_STAGES:0] live;
    wire first;
    always @(posedge clk)
        if (rst) live <= 0;
        else live <= {live[DOT_STAGES-1:0], run};
    sluice_mvu_delay #(.WIDTH(1), .DEPTH(DOT_STAGES + 1)) delay_first (
        .clk(clk), .ce(1'b1), .in(sf == {SF_W{1'b0}}), .out(first));
    sluice_experts_delay #(.WIDTH(FOLD_W + 5), .DEPTH(DOT_STAGES + 2)) delay_rows (
        .clk(clk), .rst(rst), .in_valid(row_done),
        .in({weighing, last_slot, last_slot && last_token, target, nf}), .out_valid(acc_valid),
        .out({acc_bank, acc_token_done, acc_expert_done, acc_target, acc_nf}));
    assign scales_bank = acc_bank;
    assign scales_at = acc_nf;

    wire [PE*ACC_BITS-1:0] acc;
    wire [PE*CODE_BITS-1:0] codes;
    wire [PE*H_BITS-1:0] put;
    genvar p;
    generate
        for (p = 0; p < PE; p = p + 1) begin : pe
            sluice_mvu_lane #(
                .SIMD(SIMD), .COLUMNS(WIDTH), .X_KIND(X_KIND), .X_BITS(X_BITS), .W_KIND(W_KIND), .W_BITS(W_BITS),
                .DSP(DSP), .ACC_BITS(ACC_BITS)
            ) lane (
                .clk(clk), .ce(1'b1), .x(x), .w(weights[p*SIMD*W_BITS +: SIMD*W_BITS]), .live(live[DOT_STAGES]),
                .first(first), .acc(acc[p*ACC_BITS +: ACC_BITS]));
            sluice_requantise_lane #(
                .X_W(ACC_BITS), .MUL_W(MUL_W), .ADD_W(ADD_W), .SUM_W(SUM_W), .SHIFT(SHIFT), .TIES_EVEN(TIES_EVEN),
                .OUT_W(CODE_BITS), .LO(LO), .HI(HI)
            ) scale (
                .clk(clk), .ce(1'b1), .x(acc[p*ACC_BITS +: ACC_BITS]),
                .mul(scales[p*(MUL_W+ADD_W) +: MUL_W]), .add(scales[p*(MUL_W+ADD_W)+MUL_W +: ADD_W]),
                .y(codes[p*CODE_BITS +: CODE_BITS]));
            if (TABLE != 0) begin : activation
                reg [H_BITS-1:0] rom [0:(1<<INDEX_W)-1];
                reg [H_BITS-1:0] value;
                if (TABLE_FILE != "") begin : load
                    initial $readmemh(TABLE_FILE, rom);
                end
                always @(posedge clk) value <= rom[codes[p*CODE_BITS +: INDEX_W]];
                assign put[p*H_BITS +: H_BITS] = value;
                if (INDEX_W < CODE_BITS) begin : high
                    wire unused = &{1'b0, codes[p*CODE_BITS+INDEX_W +: CODE_BITS-INDEX_W]};
                end
            end else begin : plain
                assign put[p*H_BITS +: H_BITS] = codes[p*CODE_BITS +: H_BITS];
                if (H_BITS < CODE_BITS) begin : high
                    wire unused = &{1'b0, codes[p*CODE_BITS+H_BITS +: CODE_BITS-H_BITS]};
                end
            end
        end
    endgenerate

    sluice_experts_delay #(.WIDTH(FOLD_W + 4), .DEPTH(LATE)) delay_put (
        .clk(clk), .rst(rst), .in_valid(acc_valid), .in({acc_token_done, acc_expert_done, acc_target, acc_nf}),
        .out_valid(put_valid), .out({put_token_done, put_expert_done, put_target, put_nf}));
    assign part_free = put_valid && put_expert_done;

    // Four slots of hidden vectors.
    localparam HW = FOLD_W + 2;
    reg [PE*H_BITS-1:0] slots [0:(4<<FOLD_W)-1];
    wire [HW-1:0] put_at = {put_target, put_nf};
    always @(posedge clk) begin
        if (put_valid) slots[put_at] <= put;
        hidden <= slots[{read_slot, read_at}];
    end
endmodule
