// Drives sluice_mvu_pair with every combination of its factors, or, where they have more than 14 bits, with DRAWN
// random ones, half of them extremes; prints what it checked and the first vector that fails.
module mvu_pair_probe #(
    parameter X_KIND = 1,
    parameter X_BITS = 4,
    parameter W_KIND = 1,
    parameter W_BITS = 4,
    parameter JOIN = 2,
    parameter ACC_BITS = 24,
    parameter DRAWN = 2000
);
  localparam X_ALL = JOIN * X_BITS;
  localparam W_ALL = 2 * JOIN * W_BITS;
  localparam ALL = X_ALL + W_ALL <= 14;
  localparam [31:0] TOTAL = ALL ? 32'd1 << (X_ALL + W_ALL) : DRAWN;

  reg clk;
  reg [X_ALL-1:0] x;
  reg [W_ALL-1:0] w;
  wire [2*ACC_BITS-1:0] acc;
  sluice_mvu_pair #(
    .SIMD(JOIN), .COLUMNS(JOIN), .X_KIND(X_KIND), .X_BITS(X_BITS), .W_KIND(W_KIND), .W_BITS(W_BITS), .JOIN(JOIN),
    .ACC_BITS(ACC_BITS)
  ) pair (.clk(clk), .ce(1'b1), .x(x), .w(w), .live(1'b1), .first(1'b1), .acc(acc));

  function signed [63:0] worth(input [63:0] code, input integer bits, input integer kind);
    worth = kind != 0 && code[bits-1] ? code - (64'd1 << bits) : code;
  endfunction

  // A random code of so many bits: the least, the greatest, 0, -1, or any.
  function [63:0] draw(input integer bits);
    reg [63:0] any;
    begin
      any = {$random, $random} & ((64'd1 << bits) - 1);
      case ($random & 7)
        0: draw = 64'd1 << (bits - 1);
        1: draw = (64'd1 << (bits - 1)) - 1;
        2: draw = 0;
        3: draw = (64'd1 << bits) - 1;
        default: draw = any;
      endcase
    end
  endfunction

  integer n, i, row, bad;
  reg signed [63:0] sum;
  reg [2*ACC_BITS-1:0] expected;
  initial begin
    bad = 0;
    clk = 0;
    for (n = 0; n < TOTAL; n = n + 1) begin
      if (ALL) {x, w} = n;
      else begin
        for (i = 0; i < JOIN; i = i + 1) x[i*X_BITS+:X_BITS] = draw(X_BITS);
        for (i = 0; i < 2 * JOIN; i = i + 1) w[i*W_BITS+:W_BITS] = draw(W_BITS);
      end
      repeat (4) #1 clk = !clk;
      for (row = 0; row < 2; row = row + 1) begin
        sum = 0;
        for (i = 0; i < JOIN; i = i + 1)
          sum = sum + worth(x[i*X_BITS+:X_BITS], X_BITS, X_KIND)
            * worth(w[(row*JOIN+i)*W_BITS+:W_BITS], W_BITS, W_KIND);
        expected[row*ACC_BITS+:ACC_BITS] = sum;
      end
      if (acc !== expected) begin
        if (bad == 0) $display("x %h w %h: %h, not %h", x, w, acc, expected);
        bad = bad + 1;
      end
    end
    $display("x %0d:%0d w %0d:%0d join %0d: %0d of %0d wrong", X_KIND, X_BITS, W_KIND, W_BITS, JOIN, bad, TOTAL);
  end
endmodule
