// Pipelined restoring division: quotient = floor(n / d), one division per cycle, one quotient bit per stage.
//
// The quotient must fit: n < d * 2^Q_BITS. Otherwise (d = 0 among others) the result is defined but means nothing; d = 0
// gives all ones. Everything moves with ce; latency Q_BITS. A constant n costs no registers of its own.
module sluice_divide #(
    parameter N_BITS = 16,
    parameter D_BITS = 8,
    parameter Q_BITS = 9
) (
    input  wire              clk,
    input  wire              ce,
    input  wire [N_BITS-1:0] n,
    input  wire [D_BITS-1:0] d,
    output wire [Q_BITS-1:0] quotient
);
  // Before stage i: the remainder, the divisor, and a word of the numerator's bits that are left over the quotient's.
  wire [(Q_BITS+1)*D_BITS-1:0] remainders;
  wire [(Q_BITS+1)*D_BITS-1:0] divisors;
  wire [(Q_BITS+1)*Q_BITS-1:0] words;

  wire [N_BITS+D_BITS+Q_BITS-1:0] wide = {{(D_BITS + Q_BITS) {1'b0}}, n};
  assign remainders[D_BITS-1:0] = wide[Q_BITS+:D_BITS];
  assign divisors[D_BITS-1:0] = d;
  assign words[Q_BITS-1:0] = wide[Q_BITS-1:0];
  wire unused_high = &{1'b0, wide[N_BITS+D_BITS+Q_BITS-1:D_BITS+Q_BITS]};

  genvar i;
  generate
    for (i = 0; i < Q_BITS; i = i + 1) begin : stage
      wire [D_BITS-1:0] divisor = divisors[i*D_BITS+:D_BITS];
      wire [Q_BITS-1:0] word = words[i*Q_BITS+:Q_BITS];
      wire [D_BITS:0] partial = {remainders[i*D_BITS+:D_BITS], word[Q_BITS-1]};
      wire [D_BITS+1:0] difference = {1'b0, partial} - {2'b00, divisor};
      wire fits = !difference[D_BITS+1];
      wire [Q_BITS:0] shifted = {word, fits};
      reg [D_BITS-1:0] remainder_q;
      reg [D_BITS-1:0] divisor_q;
      reg [Q_BITS-1:0] word_q;
      always @(posedge clk)
        if (ce) begin
          remainder_q <= fits ? difference[D_BITS-1:0] : partial[D_BITS-1:0];
          divisor_q <= divisor;
          word_q <= shifted[Q_BITS-1:0];
        end
      assign remainders[(i+1)*D_BITS+:D_BITS] = remainder_q;
      assign divisors[(i+1)*D_BITS+:D_BITS] = divisor_q;
      assign words[(i+1)*Q_BITS+:Q_BITS] = word_q;
      wire unused = &{1'b0, shifted[Q_BITS], partial[D_BITS], difference[D_BITS]};
    end
  endgenerate

  assign quotient = words[Q_BITS*Q_BITS+:Q_BITS];
  wire unused_end = &{1'b0, remainders[Q_BITS*D_BITS+:D_BITS], divisors[Q_BITS*D_BITS+:D_BITS]};
endmodule
