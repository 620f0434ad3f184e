// Width converter, RATIO beats of WIDTH bits to one: the first beat is in the LSBs. Takes a beat in every cycle.
module sluice_dwc_up #(
    parameter WIDTH = 8,
    parameter RATIO = 2
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire [WIDTH-1:0]       in_data,
    input  wire                   in_valid,
    output wire                   in_ready,
    output wire [WIDTH*RATIO-1:0] out_data,
    output reg                    out_valid,
    input  wire                   out_ready
);
    localparam CW = RATIO > 1 ? $clog2(RATIO) : 1;
    localparam [CW-1:0] LAST = RATIO[CW-1:0] - 1'b1;

    // Beats enter at the top and move down: after RATIO of them the first is at the bottom.
    reg [WIDTH*RATIO-1:0] word;
    reg [CW-1:0]          slot;

    wire ce   = !out_valid || out_ready;
    wire fire = ce && in_valid;
    wire [WIDTH*(RATIO+1)-1:0] shifted = {in_data, word};

    assign in_ready = ce;
    assign out_data = word;

    always @(posedge clk) if (fire) word <= shifted[WIDTH*(RATIO+1)-1:WIDTH];

    always @(posedge clk) begin
        if (rst) begin
            slot      <= {CW{1'b0}};
            out_valid <= 1'b0;
        end else begin
            if (ce) out_valid <= in_valid && slot == LAST;
            if (fire) slot <= slot == LAST ? {CW{1'b0}} : slot + 1'b1;
        end
    end

    wire unused = &{1'b0, shifted[WIDTH-1:0]};
endmodule
