// Table lookup: PE elements per beat, each with its own registered read of the ROM; one stage.
//
// Address {fold, low INDEX_W bits of the element}: the entries are stored in the order of those bits. ROM word: one
// entry per lane, lane 0 in the LSBs; a single entry when all channels share the table (SHARED).
module sluice_table #(
    parameter PE         = 1,
    parameter IN_W       = 8,
    parameter INDEX_W    = 8,
    parameter FOLDS      = 1,
    parameter SHARED     = 0,
    parameter OUT_W      = 8,
    parameter TABLE_FILE = ""
) (
    input  wire                clk,
    input  wire                rst,
    input  wire [PE*IN_W-1:0]  in_data,
    input  wire                in_valid,
    output wire                in_ready,
    output wire [PE*OUT_W-1:0] out_data,
    output reg                 out_valid,
    input  wire                out_ready
);
    localparam WORD   = SHARED != 0 ? OUT_W : PE * OUT_W;
    localparam DEPTH  = FOLDS << INDEX_W;
    localparam AW     = $clog2(DEPTH);
    localparam FOLD_W = FOLDS > 1 ? $clog2(FOLDS) : 1;
    localparam [FOLD_W-1:0] LAST_FOLD = FOLDS[FOLD_W-1:0] - 1'b1;

    wire ce = !out_valid || out_ready;
    assign in_ready = ce;

    always @(posedge clk) begin
        if (rst) out_valid <= 1'b0;
        else if (ce) out_valid <= in_valid;
    end

    reg [FOLD_W-1:0] fold;
    always @(posedge clk) begin
        if (rst) fold <= {FOLD_W{1'b0}};
        else if (ce && in_valid) fold <= fold == LAST_FOLD ? {FOLD_W{1'b0}} : fold + 1'b1;
    end

    reg [WORD-1:0] rom [0:DEPTH-1];

    genvar p;
    generate
        if (TABLE_FILE != "") begin : load
            initial $readmemh(TABLE_FILE, rom);
        end
        for (p = 0; p < PE; p = p + 1) begin : lane
            localparam SLICE = SHARED != 0 ? 0 : p;
            wire [IN_W-1:0] element = in_data[p*IN_W +: IN_W];
            wire [AW-1:0]   address;
            reg  [WORD-1:0] word;
            if (FOLDS > 1) begin : by_channel
                assign address = {fold, element[INDEX_W-1:0]};
            end else begin : alone
                assign address = element[INDEX_W-1:0];
            end
            always @(posedge clk) if (ce) word <= rom[address];
            assign out_data[p*OUT_W +: OUT_W] = word[SLICE*OUT_W +: OUT_W];
            wire unused = &{1'b0, element, word, fold};
        end
    endgenerate
endmodule
