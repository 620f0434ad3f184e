// Multiplier in LUTs: a * b = p + carry, one adder row for each two bits of b.
//
// The first row adds `a` where b[0] is set and 2a where b[1] is set. The bits above are radix-4 Booth digits (-2..2):
// such a digit times `a` is a five-input function per bit, so that the row and its adder share one LUT6; a negative
// digit is a ones' complement whose missing one is the row's carry-in. A factor b of a single digit needs no adder
// here: its missing one is `carry`, which is 0 otherwise.
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

  // total: the digits up to d, in AB + 2 (d + 1) bits; a row adds to what lies above its digit's place.
  genvar d;
  generate
    for (d = 0; d < DIGITS; d = d + 1) begin : row
      wire [AB+2*d+1:0] total;
      if (d == 0 && DIGITS > 1) begin : plain
        wire [AB+1:0] once = {{2{wa[AB-1]}}, wa} & {(AB + 2){wb[0]}};
        wire [AB+1:0] twice = {wa[AB-1], wa, 1'b0} & {(AB + 2){wb[1]}};
        assign total = once + twice;
      end else begin : booth
        // The first row leaves nothing to borrow, so the digit above it starts afresh.
        wire below = d < 2 ? 1'b0 : wb[d<2?0:2*d-1];
        wire one = wb[2*d] ^ below;
        wire two = wb[2*d+1] ? ~(wb[2*d] | below) : (wb[2*d] & below);
        wire negative = wb[2*d+1] & ~(wb[2*d] & below);
        wire [AB:0] chosen = two ? {wa, 1'b0} : ({wa[AB-1], wa} & {(AB + 1){one}});
        wire [AB+1:0] digit = {chosen[AB], chosen} ^ {(AB + 2){negative}};
        if (d == 0) begin : single
          assign total = digit;
          assign carry = negative;
        end else begin : next
          wire [AB-1:0] above = row[d-1].total[2*d+:AB];
          // above + digit + negative: subtracting the complement keeps `above` the operand that needs no LUT.
          wire [AB+2:0] sum = {{2{above[AB-1]}}, above, 1'b0} - ~{digit, negative};
          wire unused = sum[0];
          assign total = {sum[AB+2:1], row[d-1].total[2*d-1:0]};
        end
      end
    end
    if (DIGITS > 1) begin : complete
      assign carry = 1'b0;
    end
  endgenerate

  sluice_mvu_extend #(.SIGNED(1), .FROM(FULL), .TO(P_BITS)) result (.in(row[DIGITS-1].total), .out(p));
endmodule
