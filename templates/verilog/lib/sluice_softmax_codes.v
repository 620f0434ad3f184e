// Elements as codes of their exponentials: clamp((x * MUL + ADD) >> SHIFT, 1, 2^CODE_BITS - 1). Four registers, which
// always move.
module sluice_softmax_codes #(
    parameter        PE        = 1,
    parameter        IN_W      = 8,
    parameter        IN_KIND   = 1,
    parameter        X_W       = 8,
    parameter        MUL       = 1,
    parameter        MUL_W     = 2,
    parameter [63:0] ADD       = 0,
    parameter        ADD_W     = 2,
    parameter        SUM_W     = 16,
    parameter        SHIFT     = 4,
    parameter        CODE_BITS = 10
) (
    input  wire                    clk,
    input  wire [PE*IN_W-1:0]      in_data,
    output wire [PE*CODE_BITS-1:0] codes
);
  localparam [31:0] MOST = (32'd1 << CODE_BITS) - 1;
  localparam [31:0] MUL_BITS = MUL;

  wire [PE*X_W-1:0] elements;
  sluice_cast #(.LANES(PE), .IN_BITS(IN_W), .IN_KIND(IN_KIND), .OUT_BITS(X_W), .OUT_KIND(1)) cast (
      .in_data(in_data), .out_data(elements)
  );
  genvar p;
  generate
    for (p = 0; p < PE; p = p + 1) begin : lane
      sluice_requantise_lane #(
          .X_W(X_W), .MUL_W(MUL_W), .ADD_W(ADD_W), .SUM_W(SUM_W), .SHIFT(SHIFT), .OUT_W(CODE_BITS), .LO(1), .HI(MOST)
      ) scale (
          .clk(clk), .ce(1'b1), .x(elements[p*X_W+:X_W]), .mul(MUL_BITS[MUL_W-1:0]), .add(ADD[ADD_W-1:0]),
          .y(codes[p*CODE_BITS+:CODE_BITS])
      );
    end
  endgenerate
endmodule
