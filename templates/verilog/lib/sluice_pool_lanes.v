// One step of a pooling on LANES elements: the larger of two, or their sum modulo 2^BITS (the total is known to fit).
// KIND: 0 unsigned, 1 two's complement, 2 bipolar.
module sluice_pool_lanes #(
    parameter LANES = 1,
    parameter BITS = 8,
    parameter KIND = 1,
    parameter SUM = 0
) (
    input wire [LANES*BITS-1:0] a,
    input wire [LANES*BITS-1:0] b,
    output wire [LANES*BITS-1:0] y
);
  genvar i;
  generate
    for (i = 0; i < LANES; i = i + 1) begin : g_lane
      wire [BITS-1:0] p = a[i*BITS+:BITS];
      wire [BITS-1:0] q = b[i*BITS+:BITS];
      if (SUM != 0) begin : g_sum
        assign y[i*BITS+:BITS] = p + q;
      end else if (KIND == 1) begin : g_signed
        assign y[i*BITS+:BITS] = $signed(p) > $signed(q) ? p : q;
      end else begin : g_unsigned
        assign y[i*BITS+:BITS] = p > q ? p : q;
      end
    end
  endgenerate
endmodule
