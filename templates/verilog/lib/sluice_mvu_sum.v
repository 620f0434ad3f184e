// The sum of N terms, accumulated over the beats of a row.
//
// The terms are summed by a registered adder tree (sluice_mvu_tree: each is worth its bits plus a carry of one; the
// first register follows LEFT levels). `live` and `first` arrive with the sum: a live beat is added to the
// accumulator, or starts it when `first`. The accumulator is the output register.
// COUNTS: the terms count the agreeing pairs of a bipolar row of COLUMNS, n; the row is worth 2 n - COLUMNS.
module sluice_mvu_sum #(
    parameter N = 8,
    parameter BITS = 8,
    parameter SIGNED = 1,
    parameter CARRY = 1,
    parameter LEFT = 2,
    parameter COUNTS = 0,
    parameter COLUMNS = 64,
    parameter ACC_BITS = 14
) (
    input  wire                clk,
    input  wire                ce,
    input  wire [  N*BITS-1:0] terms,
    input  wire [       N-1:0] carries,
    input  wire                live,
    input  wire                first,
    output wire [ACC_BITS-1:0] acc
);
  localparam SUM_BITS = COUNTS == 0 ? ACC_BITS : ACC_BITS > 1 ? ACC_BITS - 1 : 1;
  wire [SUM_BITS-1:0] sum;
  wire carry;
  sluice_mvu_tree #(
    .N(N), .BITS(BITS), .SIGNED(SIGNED), .CARRY(CARRY), .LEFT(LEFT), .OUT_BITS(SUM_BITS)
  ) tree (.clk(clk), .ce(ce), .terms(terms), .carries(carries), .sum(sum), .carry(carry));

  localparam [31:0] START = COUNTS != 0 ? -((COLUMNS + 1) / 2) : 0;
  wire [SUM_BITS-1:0] start;
  sluice_mvu_extend #(.SIGNED(1), .FROM(32), .TO(SUM_BITS)) extend_start (.in(START), .out(start));
  reg [SUM_BITS-1:0] total;
  wire [SUM_BITS-1:0] base = first ? start : total;
  // sum + base + carry: subtracting the complement keeps `sum` the operand that needs no LUT of its own.
  wire [SUM_BITS:0] next = {sum, 1'b0} - ~{base, carry};
  wire unused_low = next[0];
  always @(posedge clk) if (ce && live) total <= next[SUM_BITS:1];
  generate
    if (COUNTS == 0) begin : value
      assign acc = total;
    end else if (ACC_BITS == 1) begin : parity
      wire unused = total[0];
      assign acc = COLUMNS[0];
    end else begin : doubled
      assign acc = {total, COLUMNS[0]};
    end
  endgenerate
endmodule
