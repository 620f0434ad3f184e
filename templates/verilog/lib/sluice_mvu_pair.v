// Two processing elements on one row of hardware multipliers: the rows w0 and w1 of a matrix times the same x.
//
// A multiplier holds a product of each row, in fields of FIELD bits (sluice_mvu_twin). Two such words are added as they
// are, in the multiplier blocks themselves, where JOIN is 2; the register follows. Now a word is
//
//     high * 2^FIELD + low        high: x * w1, or the sum of two; low: likewise of w0, a signed number of FIELD bits
//
// so that its low field is `low`, and its high field is `high`, less one where `low` is negative: the sign of `low`,
// extended over the word, adds -1 to the field above. That borrow, the top bit of the low field, is the carry with
// which the adder tree of row 1 takes the term, at no cost. FIELD is the width of a product, plus JOIN - 1 bits.
// Timing as in sluice_mvu_lane, with the first register after one level of the tree (JOIN = 2) or before it (JOIN = 1).
module sluice_mvu_pair #(
    parameter SIMD = 8,
    parameter COLUMNS = 64,
    parameter X_KIND = 1,
    parameter X_BITS = 8,
    parameter W_KIND = 1,
    parameter W_BITS = 8,
    parameter JOIN = 2,
    parameter ACC_BITS = 22
) (
    input  wire                     clk,
    input  wire                     ce,
    input  wire [  SIMD*X_BITS-1:0] x,
    input  wire [2*SIMD*W_BITS-1:0] w,
    input  wire                     live,
    input  wire                     first,
    output wire [   2*ACC_BITS-1:0] acc
);
  localparam FIELD = X_BITS + W_BITS + (X_KIND == 0 && W_KIND == 0 ? 1 : 0) + JOIN - 1;
  localparam WORD = 2 * FIELD;
  localparam TERMS = (SIMD + JOIN - 1) / JOIN;
  localparam T_BITS = FIELD < ACC_BITS ? FIELD : ACC_BITS;

  wire [SIMD*WORD-1:0] products;
  wire [TERMS*WORD-1:0] joined;
  wire [TERMS*WORD-1:0] words;
  wire [TERMS*T_BITS-1:0] lows;
  wire [TERMS*T_BITS-1:0] highs;
  wire [TERMS-1:0] borrows;
  genvar s, t;
  generate
    for (s = 0; s < SIMD; s = s + 1) begin : lane
      sluice_mvu_twin #(
        .X_KIND(X_KIND), .X_BITS(X_BITS), .W_KIND(W_KIND), .W_BITS(W_BITS), .FIELD(FIELD)
      ) twin (
        .x(x[s*X_BITS+:X_BITS]), .w0(w[s*W_BITS+:W_BITS]), .w1(w[(SIMD+s)*W_BITS+:W_BITS]),
        .word(products[s*WORD+:WORD]));
    end
    for (t = 0; t < TERMS; t = t + 1) begin : term
      wire [WORD-1:0] one = products[t*JOIN*WORD+:WORD];
      if (t * JOIN + 1 < SIMD && JOIN == 2) begin : two
        (* use_dsp = "yes" *) wire [WORD-1:0] total;
        assign total = one + products[(t*JOIN+1)*WORD+:WORD];
        assign joined[t*WORD+:WORD] = total;
      end else begin : single
        assign joined[t*WORD+:WORD] = one;
      end
      sluice_mvu_delay #(.WIDTH(WORD), .DEPTH(1)) register (
        .clk(clk), .ce(ce), .in(joined[t*WORD+:WORD]), .out(words[t*WORD+:WORD]));
      sluice_mvu_extend #(.SIGNED(1), .FROM(FIELD), .TO(T_BITS)) cut_low (
        .in(words[t*WORD+:FIELD]), .out(lows[t*T_BITS+:T_BITS]));
      sluice_mvu_extend #(.SIGNED(1), .FROM(FIELD), .TO(T_BITS)) cut_high (
        .in(words[t*WORD+FIELD+:FIELD]), .out(highs[t*T_BITS+:T_BITS]));
      assign borrows[t] = words[t*WORD+FIELD-1];
    end
  endgenerate

  sluice_mvu_sum #(.N(TERMS), .BITS(T_BITS), .COLUMNS(COLUMNS), .CARRY(0), .ACC_BITS(ACC_BITS)) row0 (
    .clk(clk), .ce(ce), .terms(lows), .carries({TERMS{1'b0}}), .live(live), .first(first), .acc(acc[0+:ACC_BITS]));
  sluice_mvu_sum #(.N(TERMS), .BITS(T_BITS), .COLUMNS(COLUMNS), .CARRY(1), .ACC_BITS(ACC_BITS)) row1 (
    .clk(clk), .ce(ce), .terms(highs), .carries(borrows), .live(live), .first(first),
    .acc(acc[ACC_BITS+:ACC_BITS]));
endmodule
