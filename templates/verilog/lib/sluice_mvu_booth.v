// Multiplier in LUTs: a * b = p + carry, radix-4 Booth digits of b, one adder row for each digit after the first.
//
// A row's digit (-2..2) times `a` is a five-input function per bit, so the row and its adder share one LUT6. A
// negative digit is a ones' complement; its missing one is the row's carry-in. That of the first row is `carry`,
// except where `a` has at most four bits: then the first row is a LUT6 per bit, negation included, and `carry` is 0.
module sluice_mvu_booth #(
    parameter A_SIGNED = 1,
    parameter A_BITS = 4,
    parameter B_SIGNED = 1,
    parameter B_BITS = 4,
    parameter P_BITS = 8
) (
    input  wire [A_BITS-1:0] a,
    input  wire [B_BITS-1:0] b,
    output wire [P_BITS-1:0] p,
    output wire              carry
);
  localparam AB = A_BITS + (A_SIGNED == 0 ? 1 : 0);
  localparam DIGITS = (B_BITS + (B_SIGNED == 0 ? 1 : 0) + 1) / 2;
  localparam FULL = AB + 2 * DIGITS;

  wire [AB-1:0] wa;
  wire [2*DIGITS-1:0] wb;
  sluice_mvu_extend #(.SIGNED(A_SIGNED), .FROM(A_BITS), .TO(AB)) extend_a (.in(a), .out(wa));
  sluice_mvu_extend #(.SIGNED(B_SIGNED), .FROM(B_BITS), .TO(2 * DIGITS)) extend_b (.in(b), .out(wb));

  wire [2*DIGITS:0] bits = {wb, 1'b0};

  // total: the digits up to d, in AB + 2 (d + 1) bits; a row adds to what lies above its digit's place.
  genvar d, k;
  generate
    for (d = 0; d < DIGITS; d = d + 1) begin : row
      localparam DONE = AB + 2 * d + 2;
      wire [DONE-1:0] total;
      wire b1 = bits[2*d+2];
      wire b0 = bits[2*d+1];
      wire bm = bits[2*d];
      wire one = b0 ^ bm;
      wire two = b1 ? ~(b0 | bm) : (b0 & bm);
      wire negative = b1 & ~(b0 & bm);
      if (d == 0 && A_BITS <= 4) begin : exact
        // Bit k of -a is a[k] flipped where any lower bit is set.
        wire [AB+1:0] plus = {{2{wa[AB-1]}}, wa};
        wire [AB+1:0] minus;
        assign minus[0] = plus[0];
        assign total[0] = one & plus[0];
        for (k = 1; k < AB + 2; k = k + 1) begin : above
          assign minus[k] = plus[k] ^ (|plus[k-1:0]);
          assign total[k] = negative ? (one ? minus[k] : minus[k-1]) : (one & plus[k]);
        end
        wire unused = two ^ minus[AB+1];
        assign carry = 1'b0;
      end else begin : complement
        wire [AB:0] chosen = two ? {wa, 1'b0} : ({wa[AB-1], wa} & {(AB + 1){one}});
        wire [AB+1:0] digit = {chosen[AB], chosen} ^ {(AB + 2){negative}};
        if (d == 0) begin : first
          assign carry = negative;
          assign total = digit;
        end else begin : next
          wire [AB-1:0] above = row[d-1].total[2*d+:AB];
          wire [AB+2:0] sum = {{2{above[AB-1]}}, above, 1'b1} + {digit, negative};
          wire unused = sum[0];
          assign total = {sum[AB+2:1], row[d-1].total[2*d-1:0]};
        end
      end
    end
  endgenerate

  sluice_mvu_extend #(.SIGNED(1), .FROM(FULL), .TO(P_BITS)) result (.in(row[DIGITS-1].total), .out(p));
endmodule
