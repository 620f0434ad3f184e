// Sum of N terms by a balanced adder tree, one level per instance: adds pairs and hands the halved row on.
//
// Each term is worth its bits plus a carry of one. A pair's adder takes the first carry as its carry-in and passes the
// second on, so that N terms and N carries need N - 1 adders and leave one sum and one carry.
// A register follows every second level and the last one; the first follows LEFT levels.
module sluice_mvu_tree #(
    parameter N = 8,
    parameter BITS = 8,
    parameter SIGNED = 1,
    parameter CARRY = 1,
    parameter LEFT = 2,
    parameter OUT_BITS = 12
) (
    input  wire                clk,
    input  wire                ce,
    input  wire [N*BITS-1:0]   terms,
    input  wire [N-1:0]        carries,
    output wire [OUT_BITS-1:0] sum,
    output wire                carry
);
  localparam HALF = (N + 1) / 2;
  localparam GROWN = BITS < OUT_BITS ? BITS + 1 : OUT_BITS;
  localparam REGISTER = LEFT == 1 || N == 2;

  genvar i;
  generate
    if (N == 1) begin : leaf
      wire unused = &{1'b0, clk, ce};
      sluice_mvu_extend #(.SIGNED(SIGNED), .FROM(BITS), .TO(OUT_BITS)) extend (.in(terms), .out(sum));
      assign carry = carries[0];
    end else begin : level
      wire [HALF*GROWN-1:0] sums;
      wire [HALF-1:0] passed;
      for (i = 0; i < HALF; i = i + 1) begin : pair
        wire [GROWN-1:0] a;
        sluice_mvu_extend #(.SIGNED(SIGNED), .FROM(BITS), .TO(GROWN)) extend_a (
          .in(terms[2*i*BITS+:BITS]), .out(a));
        if (2 * i + 1 < N) begin : two
          wire [GROWN-1:0] b;
          sluice_mvu_extend #(.SIGNED(SIGNED), .FROM(BITS), .TO(GROWN)) extend_b (
            .in(terms[(2*i+1)*BITS+:BITS]), .out(b));
          // a + b + carry, as a subtraction of the complement.
          wire [GROWN:0] total = {a, 1'b0} - ~{b, carries[2*i]};
          wire unused = total[0];
          assign sums[i*GROWN+:GROWN] = total[GROWN:1];
          assign passed[i] = carries[2*i+1];
        end else begin : single
          assign sums[i*GROWN+:GROWN] = a;
          assign passed[i] = carries[2*i];
        end
      end

      wire [HALF*GROWN-1:0] next_terms;
      wire [HALF-1:0] next_carries;
      sluice_mvu_delay #(.WIDTH(HALF * GROWN), .DEPTH(REGISTER)) delay_terms (
        .clk(clk), .ce(ce), .in(sums), .out(next_terms));
      sluice_mvu_delay #(.WIDTH(HALF), .DEPTH(CARRY != 0 && REGISTER)) delay_carries (
        .clk(clk), .ce(ce), .in(passed), .out(next_carries));
      sluice_mvu_tree #(
        .N(HALF), .BITS(GROWN), .SIGNED(SIGNED), .CARRY(CARRY), .LEFT(REGISTER ? 2 : LEFT - 1), .OUT_BITS(OUT_BITS)
      ) rest (
        .clk(clk), .ce(ce), .terms(next_terms), .carries(next_carries), .sum(sum), .carry(carry));
    end
  endgenerate
endmodule
