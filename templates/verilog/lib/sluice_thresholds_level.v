// One level of the binary search of sluice_thresholds: for each lane reads the threshold in the middle of what is
// left, addressed by the channel fold and the bits of the count found so far, and decides the next bit.
//
// ROM word: lane entries, lane 0 in the LSBs (a single entry when all lanes share it); entry = {invert?, bound}, where
// the bit is key > bound. REGISTERED = 1 adds a register behind the ROM, so that it fits block RAM.
module sluice_thresholds_level #(
    parameter PE         = 1,
    parameter IN_W       = 8,
    parameter KEY_W      = 8,
    parameter LEVELS     = 1,
    parameter LEVEL      = 0,
    parameter FOLDS      = 1,
    parameter FOLD_W     = 1,
    parameter SHARED     = 0,
    parameter INVERT     = 0,
    parameter REGISTERED = 0,
    parameter L0_FILE    = "",
    parameter L1_FILE    = "",
    parameter L2_FILE    = "",
    parameter L3_FILE    = "",
    parameter L4_FILE    = "",
    parameter L5_FILE    = "",
    parameter L6_FILE    = "",
    parameter L7_FILE    = ""
) (
    input  wire                 clk,
    input  wire                 ce,
    input  wire [FOLD_W-1:0]    in_fold,
    input  wire [PE*KEY_W-1:0]  in_keys,
    input  wire [PE*LEVELS-1:0] in_counts,
    output reg  [FOLD_W-1:0]    out_fold,
    output reg  [PE*KEY_W-1:0]  out_keys,
    output reg  [PE*LEVELS-1:0] out_counts
);
    localparam ENTRY = KEY_W + INVERT;
    localparam WORD  = SHARED != 0 ? ENTRY : PE * ENTRY;
    localparam DEPTH = FOLDS << LEVEL;
    localparam AW    = DEPTH > 1 ? $clog2(DEPTH) : 1;
    localparam BIT   = LEVELS - 1 - LEVEL;

    reg [WORD-1:0] rom [0:DEPTH-1];
    generate
        case (LEVEL)
            0: if (L0_FILE != "") begin : file0
                initial $readmemh(L0_FILE, rom);
            end
            1: if (L1_FILE != "") begin : file1
                initial $readmemh(L1_FILE, rom);
            end
            2: if (L2_FILE != "") begin : file2
                initial $readmemh(L2_FILE, rom);
            end
            3: if (L3_FILE != "") begin : file3
                initial $readmemh(L3_FILE, rom);
            end
            4: if (L4_FILE != "") begin : file4
                initial $readmemh(L4_FILE, rom);
            end
            5: if (L5_FILE != "") begin : file5
                initial $readmemh(L5_FILE, rom);
            end
            6: if (L6_FILE != "") begin : file6
                initial $readmemh(L6_FILE, rom);
            end
            default: if (L7_FILE != "") begin : file7
                initial $readmemh(L7_FILE, rom);
            end
        endcase
    endgenerate

    wire [PE*ENTRY-1:0]  entries;
    wire [FOLD_W-1:0]    fold;
    wire [PE*KEY_W-1:0]  keys;
    wire [PE*LEVELS-1:0] counts;

    genvar p;
    generate
        for (p = 0; p < PE; p = p + 1) begin : lookup
            localparam SLICE = SHARED != 0 ? 0 : p;
            wire [AW-1:0] address;
            if (FOLDS > 1 && LEVEL > 0) begin : fold_and_prefix
                assign address = {in_fold, in_counts[p*LEVELS+LEVELS-1 -: LEVEL]};
            end else if (LEVEL > 0) begin : prefix
                assign address = in_counts[p*LEVELS+LEVELS-1 -: LEVEL];
            end else begin : only_fold
                assign address = in_fold;
            end
            wire [WORD-1:0] word;
            if (REGISTERED != 0) begin : from_register
                reg [WORD-1:0] fetched;
                always @(posedge clk) if (ce) fetched <= rom[address];
                assign word = fetched;
            end else begin : direct
                assign word = rom[address];
            end
            assign entries[p*ENTRY +: ENTRY] = word[SLICE*ENTRY +: ENTRY];
            wire unused_lanes = &{1'b0, word};
        end

        if (REGISTERED != 0) begin : along
            reg [FOLD_W-1:0]    fold_q;
            reg [PE*KEY_W-1:0]  keys_q;
            reg [PE*LEVELS-1:0] counts_q;
            always @(posedge clk) begin
                if (ce) begin
                    fold_q   <= in_fold;
                    keys_q   <= in_keys;
                    counts_q <= in_counts;
                end
            end
            assign fold   = fold_q;
            assign keys   = keys_q;
            assign counts = counts_q;
        end else begin : through
            assign fold   = in_fold;
            assign keys   = in_keys;
            assign counts = in_counts;
        end

        always @(posedge clk) if (ce) out_fold <= fold;

        for (p = 0; p < PE; p = p + 1) begin : decide
            wire [KEY_W-1:0]  bound = entries[p*ENTRY +: KEY_W];
            wire [KEY_W-1:0]  key;
            wire [LEVELS-1:0] found = {{(LEVELS-1){1'b0}}, key > bound} << BIT;
            if (INVERT != 0) begin : inverted
                wire [KEY_W-1:0] mask = {{(KEY_W-IN_W){1'b0}}, {IN_W{entries[p*ENTRY+KEY_W]}}};
                assign key = keys[p*KEY_W +: KEY_W] ^ mask;
            end else begin : straight
                assign key = keys[p*KEY_W +: KEY_W];
            end
            always @(posedge clk) begin
                if (ce) begin
                    out_keys[p*KEY_W +: KEY_W]      <= key;
                    out_counts[p*LEVELS +: LEVELS] <= counts[p*LEVELS +: LEVELS] | found;
                end
            end
        end
    endgenerate
endmodule
