// DEPTH registers in a row for a word and its valid bit; only the valid bits are reset. DEPTH >= 1.
module sluice_experts_delay #(
    parameter WIDTH = 8,
    parameter DEPTH = 1
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             in_valid,
    input  wire [WIDTH-1:0] in,
    output wire             out_valid,
    output wire [WIDTH-1:0] out
);
    reg [DEPTH-1:0] valid;
    wire [DEPTH:0] shifted = {valid, in_valid};
    always @(posedge clk)
        if (rst) valid <= {DEPTH{1'b0}};
        else valid <= shifted[DEPTH-1:0];
    assign out_valid = valid[DEPTH-1];
    wire unused = shifted[DEPTH];
    sluice_mvu_delay #(.WIDTH(WIDTH), .DEPTH(DEPTH)) data (.clk(clk), .ce(1'b1), .in(in), .out(out));
endmodule
