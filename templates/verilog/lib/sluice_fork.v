// One stream to COPIES consumers: a beat passes when it is there and all of them take it. Combinational.
module sluice_fork #(
    parameter WIDTH  = 8,
    parameter COPIES = 2
) (
    input  wire              clk,
    input  wire              rst,
    input  wire [WIDTH-1:0]  in_data,
    input  wire              in_valid,
    output wire              in_ready,
    output wire [WIDTH-1:0]  out_data,
    output wire [COPIES-1:0] out_valid,
    input  wire [COPIES-1:0] out_ready
);
    assign in_ready  = &out_ready;
    assign out_valid = {COPIES{in_valid && in_ready}};
    assign out_data  = in_data;

    wire unused = &{1'b0, clk, rst};
endmodule
