// Width converter, one beat of WIDTH * RATIO bits to RATIO beats, LSBs first. Gives a beat in every cycle; RATIO >= 2.
module sluice_dwc_down #(
    parameter WIDTH = 8,
    parameter RATIO = 2
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire [WIDTH*RATIO-1:0] in_data,
    input  wire                   in_valid,
    output wire                   in_ready,
    output wire [WIDTH-1:0]       out_data,
    output reg                    out_valid,
    input  wire                   out_ready
);
    localparam CW = $clog2(RATIO);
    localparam [CW-1:0] LAST = RATIO[CW-1:0] - 1'b1;

    // The bottom of the word is on the output; the rest moves down.
    reg [WIDTH*RATIO-1:0] word;
    reg [CW-1:0]          slot;

    wire ce    = !out_valid || out_ready;
    wire first = slot == {CW{1'b0}};
    wire fire  = ce && (in_valid || !first);

    assign in_ready = ce && first;
    assign out_data = word[WIDTH-1:0];

    always @(posedge clk) begin
        if (fire) word <= first ? in_data : {word[WIDTH*RATIO-1 -: WIDTH], word[WIDTH*RATIO-1:WIDTH]};
    end

    always @(posedge clk) begin
        if (rst) begin
            slot      <= {CW{1'b0}};
            out_valid <= 1'b0;
        end else begin
            if (ce) out_valid <= fire;
            if (fire) slot <= slot == LAST ? {CW{1'b0}} : slot + 1'b1;
        end
    end
endmodule
