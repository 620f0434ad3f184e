// Weight memory with a registered read, one word per cycle. Block or distributed, the timing is the same.
module sluice_mvu_rom #(
    parameter WIDTH = 8,
    parameter DEPTH = 16,
    parameter ADDR_BITS = 4,
    parameter FILE = ""
) (
    input  wire                 clk,
    input  wire                 ce,
    input  wire [ADDR_BITS-1:0] addr,
    output reg  [WIDTH-1:0]     word
);
  reg [WIDTH-1:0] words[0:DEPTH-1];
  generate
    if (FILE != "") begin : filled
      initial $readmemh(FILE, words);
    end
  endgenerate
  always @(posedge clk) if (ce) word <= words[addr];
endmodule
