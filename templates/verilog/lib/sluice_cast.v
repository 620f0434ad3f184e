// Elements of one type as elements of another that holds the same value. Purely combinational.
// KIND: 0 unsigned, 1 two's complement, 2 bipolar (one bit: 0 is -1, 1 is +1).
module sluice_cast #(
    parameter LANES = 1,
    parameter IN_BITS = 8,
    parameter IN_KIND = 1,
    parameter OUT_BITS = 8,
    parameter OUT_KIND = 1
) (
    input wire [LANES*IN_BITS-1:0] in_data,
    output wire [LANES*OUT_BITS-1:0] out_data
);
  // One bit more than either side needs: room for the sign.
  localparam WIDE = (IN_BITS > OUT_BITS ? IN_BITS : OUT_BITS) + 1;

  genvar i;
  generate
    if (IN_KIND == OUT_KIND && IN_BITS == OUT_BITS) begin : g_same
      assign out_data = in_data;
    end else begin : g_convert
      for (i = 0; i < LANES; i = i + 1) begin : g_lane
        wire [IN_BITS-1:0] code = in_data[i*IN_BITS+:IN_BITS];
        /* verilator lint_off UNUSED */
        wire [WIDE-1:0] value;
        /* verilator lint_on UNUSED */
        if (IN_KIND == 2) begin : g_bipolar
          assign value = {{(WIDE - 1) {~code[0]}}, 1'b1};
        end else begin : g_integer
          wire sign = IN_KIND == 1 ? code[IN_BITS-1] : 1'b0;
          assign value = {{(WIDE - IN_BITS) {sign}}, code};
        end
        if (OUT_KIND == 2) begin : g_sign
          assign out_data[i*OUT_BITS+:OUT_BITS] = ~value[WIDE-1];
        end else begin : g_bits
          assign out_data[i*OUT_BITS+:OUT_BITS] = value[OUT_BITS-1:0];
        end
      end
    end
  endgenerate
endmodule
