// Requantisation: y = clamp((x * mul + add) >>> SHIFT, LO, HI), PE elements per beat, four stages. With TIES_EVEN (and
// SHIFT at least 1), a sum whose dropped bits are all 0 gives the even number at or below its quotient.
//
// ROM word: one entry per lane, lane 0 in the LSBs (a single entry when SHARED); entry = {add, mul}, both signed.
module sluice_requantise #(
    parameter PE          = 1,
    parameter IN_W        = 8,
    parameter IN_KIND     = 1,
    parameter X_W         = 8,
    parameter MUL_W       = 8,
    parameter ADD_W       = 8,
    parameter SUM_W       = 17,
    parameter SHIFT       = 8,
    parameter TIES_EVEN   = 0,
    parameter FOLDS       = 1,
    parameter SHARED      = 0,
    parameter OUT_W       = 8,
    parameter LO          = -128,
    parameter HI          = 127,
    parameter SCALES_FILE = ""
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
    localparam STAGES = 4;
    localparam ENTRY  = MUL_W + ADD_W;
    localparam WORD   = SHARED != 0 ? ENTRY : PE * ENTRY;
    localparam FOLD_W = FOLDS > 1 ? $clog2(FOLDS) : 1;
    localparam [FOLD_W-1:0] LAST_FOLD = FOLDS[FOLD_W-1:0] - 1'b1;

    reg  [STAGES-1:0] valid;
    wire              ce = !valid[STAGES-1] || out_ready;

    assign in_ready  = ce;
    assign out_valid = valid[STAGES-1];

    always @(posedge clk) begin
        if (rst) valid <= {STAGES{1'b0}};
        else if (ce) valid <= {valid[STAGES-2:0], in_valid};
    end

    reg [WORD-1:0] rom [0:FOLDS-1];
    wire [WORD-1:0] word;
    generate
        if (SCALES_FILE != "") begin : load
            initial $readmemh(SCALES_FILE, rom);
        end
        if (FOLDS > 1) begin : by_channel
            reg [FOLD_W-1:0] fold;
            reg [WORD-1:0]   fetched;
            always @(posedge clk) begin
                if (rst) fold <= {FOLD_W{1'b0}};
                else if (ce && in_valid) fold <= fold == LAST_FOLD ? {FOLD_W{1'b0}} : fold + 1'b1;
            end
            always @(posedge clk) if (ce) fetched <= rom[fold];
            assign word = fetched;
        end else begin : constant
            assign word = rom[1'b0];
            wire unused_fold = &{1'b0, LAST_FOLD};
        end
    endgenerate

    wire [PE*X_W-1:0] elements;
    sluice_cast #(
        .LANES(PE), .IN_BITS(IN_W), .IN_KIND(IN_KIND), .OUT_BITS(X_W), .OUT_KIND(1)
    ) cast (
        .in_data(in_data),
        .out_data(elements)
    );

    genvar p;
    generate
        for (p = 0; p < PE; p = p + 1) begin : lane
            localparam AT = SHARED != 0 ? 0 : p * ENTRY;
            sluice_requantise_lane #(
                .X_W(X_W), .MUL_W(MUL_W), .ADD_W(ADD_W), .SUM_W(SUM_W), .SHIFT(SHIFT), .TIES_EVEN(TIES_EVEN),
                .OUT_W(OUT_W), .LO(LO), .HI(HI)
            ) scale (
                .clk(clk),
                .ce(ce),
                .x(elements[p*X_W +: X_W]),
                .mul(word[AT +: MUL_W]),
                .add(word[AT+MUL_W +: ADD_W]),
                .y(out_data[p*OUT_W +: OUT_W])
            );
        end
    endgenerate
endmodule
