// Thresholds: y = BASE + STEP * (number of thresholds passed), PE elements per beat, by a pipelined binary search of
// LEVELS = bits of STEPS levels, one cycle each (two where the level's ROM has more than ROM_LIMIT words).
//
// Keys order elements as unsigned numbers: signed elements have their top bit flipped (IN_SIGNED = 1), channels that
// count downwards are inverted by level 0. KEY_W = IN_W + 1 sets a one above the key, below which nothing lies but
// the bound of a threshold that is always passed. A threshold that is never passed has a bound of all ones.
module sluice_thresholds #(
    parameter PE        = 1,
    parameter IN_W      = 8,
    parameter IN_SIGNED = 0,
    parameter KEY_W     = 8,
    parameter STEPS     = 1,
    parameter FOLDS     = 1,
    parameter SHARED    = 0,
    parameter INVERT    = 0,
    parameter ROM_LIMIT = 64,
    parameter OUT_W     = 1,
    parameter BASE      = 0,
    parameter STEP      = 1,
    parameter L0_FILE   = "",
    parameter L1_FILE   = "",
    parameter L2_FILE   = "",
    parameter L3_FILE   = "",
    parameter L4_FILE   = "",
    parameter L5_FILE   = "",
    parameter L6_FILE   = "",
    parameter L7_FILE   = ""
) (
    input  wire                clk,
    input  wire                rst,
    input  wire [PE*IN_W-1:0]  in_data,
    input  wire                in_valid,
    output wire                in_ready,
    output wire [PE*OUT_W-1:0] out_data,
    output wire                out_valid,
    input  wire                out_ready
);
    localparam LEVELS = $clog2(STEPS + 1);
    localparam FOLD_W = FOLDS > 1 ? $clog2(FOLDS) : 1;
    // Levels whose ROM is larger than the limit: those from the first s with FOLDS << s > ROM_LIMIT on.
    localparam SMALL  = ROM_LIMIT < FOLDS ? 0 : $clog2(ROM_LIMIT / FOLDS + 1);
    localparam SLOW   = LEVELS > SMALL ? LEVELS - SMALL : 0;
    localparam STAGES = LEVELS + SLOW;
    localparam [FOLD_W-1:0] LAST_FOLD = FOLDS[FOLD_W-1:0] - 1'b1;

    reg  [STAGES-1:0] valid;
    wire              ce = !valid[STAGES-1] || out_ready;
    wire [STAGES:0]   moved = {valid, in_valid};

    assign in_ready  = ce;
    assign out_valid = valid[STAGES-1];

    always @(posedge clk) begin
        if (rst) valid <= {STAGES{1'b0}};
        else if (ce) valid <= moved[STAGES-1:0];
    end

    reg [FOLD_W-1:0] fold;
    always @(posedge clk) begin
        if (rst) fold <= {FOLD_W{1'b0}};
        else if (ce && in_valid) fold <= fold == LAST_FOLD ? {FOLD_W{1'b0}} : fold + 1'b1;
    end

    wire [(LEVELS+1)*FOLD_W-1:0]    folds;
    wire [(LEVELS+1)*PE*KEY_W-1:0]  keys;
    wire [(LEVELS+1)*PE*LEVELS-1:0] counts;

    assign folds[FOLD_W-1:0]     = fold;
    assign counts[PE*LEVELS-1:0] = {(PE*LEVELS){1'b0}};

    genvar p;
    genvar s;
    generate
        for (p = 0; p < PE; p = p + 1) begin : lane
            wire [IN_W-1:0] element = in_data[p*IN_W +: IN_W];
            wire [IN_W-1:0] ordered;
            if (IN_SIGNED != 0 && IN_W > 1) begin : signed_key
                assign ordered = {~element[IN_W-1], element[IN_W-2:0]};
            end else begin : plain_key
                assign ordered = IN_SIGNED != 0 ? ~element : element;
            end
            if (KEY_W > IN_W) begin : above
                assign keys[p*KEY_W +: KEY_W] = {1'b1, ordered};
            end else begin : exact
                assign keys[p*KEY_W +: KEY_W] = ordered;
            end
        end

        for (s = 0; s < LEVELS; s = s + 1) begin : level
            sluice_thresholds_level #(
                .PE(PE),
                .IN_W(IN_W),
                .KEY_W(KEY_W),
                .LEVELS(LEVELS),
                .LEVEL(s),
                .FOLDS(FOLDS),
                .FOLD_W(FOLD_W),
                .SHARED(SHARED),
                .INVERT(s == 0 ? INVERT : 0),
                .REGISTERED(s >= SMALL ? 1 : 0),
                .L0_FILE(L0_FILE),
                .L1_FILE(L1_FILE),
                .L2_FILE(L2_FILE),
                .L3_FILE(L3_FILE),
                .L4_FILE(L4_FILE),
                .L5_FILE(L5_FILE),
                .L6_FILE(L6_FILE),
                .L7_FILE(L7_FILE)
            ) search (
                .clk(clk),
                .ce(ce),
                .in_fold(folds[s*FOLD_W +: FOLD_W]),
                .in_keys(keys[s*PE*KEY_W +: PE*KEY_W]),
                .in_counts(counts[s*PE*LEVELS +: PE*LEVELS]),
                .out_fold(folds[(s+1)*FOLD_W +: FOLD_W]),
                .out_keys(keys[(s+1)*PE*KEY_W +: PE*KEY_W]),
                .out_counts(counts[(s+1)*PE*LEVELS +: PE*LEVELS])
            );
        end

        for (p = 0; p < PE; p = p + 1) begin : result
            wire [LEVELS-1:0] count = counts[(LEVELS*PE+p)*LEVELS +: LEVELS];
            wire [31:0] value = BASE[31:0] + STEP[31:0] * {{(32-LEVELS){1'b0}}, count};
            wire [OUT_W+31:0] wide = {{OUT_W{value[31]}}, value};
            assign out_data[p*OUT_W +: OUT_W] = wide[OUT_W-1:0];
            wire unused_high = &{1'b0, wide[OUT_W+31:OUT_W]};
        end
    endgenerate

    wire unused_rest = &{1'b0, folds[LEVELS*FOLD_W +: FOLD_W], keys[LEVELS*PE*KEY_W +: PE*KEY_W], moved[STAGES]};
endmodule
