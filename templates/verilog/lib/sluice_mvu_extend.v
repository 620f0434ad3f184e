// A value in another number of bits: sign- or zero-extended, or its low bits.
module sluice_mvu_extend #(
    parameter SIGNED = 1,
    parameter FROM = 4,
    parameter TO = 8
) (
    input  wire [FROM-1:0] in,
    output wire [TO-1:0]   out
);
  generate
    if (TO > FROM) begin : grow
      assign out = {{(TO - FROM){SIGNED != 0 ? in[FROM-1] : 1'b0}}, in};
    end else if (TO == FROM) begin : same
      assign out = in;
    end else begin : cut
      assign out = in[TO-1:0];
      wire unused = &{1'b0, in[FROM-1:TO]};
    end
  endgenerate
endmodule
