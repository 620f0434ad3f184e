// The last thing before an AXI4-Stream master port: pads the payload with zeros to whole bytes and marks the last
// beat of each frame. No latency.
module sluice_axis_out #(
    parameter WIDTH       = 4,
    parameter PAD_WIDTH   = 8,
    parameter FRAME_BEATS = 1
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire [WIDTH-1:0]     in_data,
    input  wire                 in_valid,
    output wire                 in_ready,
    output wire [PAD_WIDTH-1:0] out_tdata,
    output wire                 out_tvalid,
    input  wire                 out_tready,
    output wire                 out_tlast
);
    assign out_tvalid = in_valid;
    assign in_ready   = out_tready;

    generate
        if (PAD_WIDTH > WIDTH) begin : padded
            assign out_tdata = {{(PAD_WIDTH-WIDTH){1'b0}}, in_data};
        end else begin : plain
            assign out_tdata = in_data;
        end
        if (FRAME_BEATS > 1) begin : counted
            localparam CW = $clog2(FRAME_BEATS);
            localparam [CW-1:0] LAST = FRAME_BEATS[CW-1:0] - 1'b1;
            reg [CW-1:0] beat;
            assign out_tlast = beat == LAST;
            always @(posedge clk) begin
                if (rst) beat <= {CW{1'b0}};
                else if (in_valid && out_tready) beat <= out_tlast ? {CW{1'b0}} : beat + 1'b1;
            end
        end else begin : single
            assign out_tlast = 1'b1;
            wire unused = &{1'b0, clk, rst};
        end
    endgenerate
endmodule
