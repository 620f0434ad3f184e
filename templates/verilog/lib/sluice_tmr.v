// A register in triplicate with a majority voter. Every copy takes the voted value back while nothing new comes, so that
// a copy that was upset is right again after the next clock edge.
//
// Three equal flip-flops look redundant to a synthesiser: keep, on the processes and so on the flip-flops made of them,
// forbids it to merge them.
module sluice_tmr #(
    parameter WIDTH = 1,
    parameter RESET = 0,
    parameter [WIDTH-1:0] VALUE = 0
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             ce,
    input  wire [WIDTH-1:0] d,
    output wire [WIDTH-1:0] q
);
    (* keep *) reg [WIDTH-1:0] a;
    (* keep *) reg [WIDTH-1:0] b;
    (* keep *) reg [WIDTH-1:0] c;

    assign q = (a & b) | (a & c) | (b & c);

    wire             clear = RESET != 0 && rst;
    wire [WIDTH-1:0] next  = clear ? VALUE : ce ? d : q;

    (* keep *) always @(posedge clk) a <= next;
    (* keep *) always @(posedge clk) b <= next;
    (* keep *) always @(posedge clk) c <= next;
endmodule
