// DEPTH registers in a row, without reset; they move when ce is high. DEPTH 0 is a wire.
module sluice_mvu_delay #(
    parameter WIDTH = 8,
    parameter DEPTH = 1
) (
    input  wire             clk,
    input  wire             ce,
    input  wire [WIDTH-1:0] in,
    output wire [WIDTH-1:0] out
);
  generate
    if (DEPTH == 0) begin : none
      wire unused = &{1'b0, clk, ce};
      assign out = in;
    end else if (DEPTH == 1) begin : one
      reg [WIDTH-1:0] stage;
      always @(posedge clk) if (ce) stage <= in;
      assign out = stage;
    end else begin : several
      reg [DEPTH*WIDTH-1:0] stages;
      always @(posedge clk) if (ce) stages <= {stages[(DEPTH-1)*WIDTH-1:0], in};
      assign out = stages[DEPTH*WIDTH-1-:WIDTH];
    end
  endgenerate
endmodule
