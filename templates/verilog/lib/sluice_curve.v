// A smooth function by straight segments: PE elements per beat, each with its own registered read of the table.
//
// TABLE_FILE: ENTRIES words {rise, entry}; the rise of the last one is 0. Arithmetic: sluice_curve_lane. Six stages.
module sluice_curve #(
    parameter PE         = 1,
    parameter IN_W       = 8,
    parameter IN_KIND    = 1,
    parameter X_W        = 8,
    parameter FOLD       = 1,
    parameter START      = 0,
    parameter SEGMENT    = 4,
    parameter ENTRIES    = 17,
    parameter T_W        = 8,
    parameter D_W        = 8,
    parameter V_W        = 16,
    parameter SLOPE      = 1,
    parameter ALIGN      = 0,
    parameter SHIFT      = 8,
    parameter SIGN       = 1,
    parameter ONE        = -1,
    parameter SUM_W      = 24,
    parameter OUT_W      = 8,
    parameter LO         = -128,
    parameter HI         = 127,
    parameter TABLE_FILE = ""
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
    localparam STAGES  = 6;
    localparam INDEX_W = ENTRIES > 1 ? $clog2(ENTRIES) : 1;

    reg  [STAGES-1:0] valid;
    wire              ce = !valid[STAGES-1] || out_ready;
    assign in_ready  = ce;
    assign out_valid = valid[STAGES-1];
    always @(posedge clk) begin
        if (rst) valid <= {STAGES{1'b0}};
        else if (ce) valid <= {valid[STAGES-2:0], in_valid};
    end

    wire [PE*X_W-1:0] elements;
    sluice_cast #(
        .LANES(PE), .IN_BITS(IN_W), .IN_KIND(IN_KIND), .OUT_BITS(X_W), .OUT_KIND(1)
    ) cast (
        .in_data(in_data), .out_data(elements)
    );

    reg [D_W+T_W-1:0] rom [0:(1<<INDEX_W)-1];

    genvar p;
    generate
        if (TABLE_FILE != "") begin : load
            initial $readmemh(TABLE_FILE, rom);
        end
        for (p = 0; p < PE; p = p + 1) begin : lane
            wire [INDEX_W-1:0] index;
            reg [D_W+T_W-1:0]  word;
            always @(posedge clk) if (ce) word <= rom[index];
            sluice_curve_lane #(
                .X_W(X_W), .FOLD(FOLD), .START(START), .SEGMENT(SEGMENT), .ENTRIES(ENTRIES), .INDEX_W(INDEX_W),
                .T_W(T_W), .D_W(D_W), .V_W(V_W), .SLOPE(SLOPE), .ALIGN(ALIGN), .SHIFT(SHIFT), .SIGN(SIGN), .ONE(ONE),
                .SUM_W(SUM_W), .OUT_W(OUT_W), .LO(LO), .HI(HI)
            ) line (
                .clk(clk),
                .ce(ce),
                .x(elements[p*X_W +: X_W]),
                .index(index),
                .entry(word[T_W-1:0]),
                .rise(word[T_W +: D_W]),
                .y(out_data[p*OUT_W +: OUT_W])
            );
        end
    endgenerate
endmodule
