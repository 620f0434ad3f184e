// Drives sluice_divide and sluice_round_shift; prints how many of their results are wrong.

// All numerators and divisors of a few bits whose quotient fits, one after the other through the pipeline.
module divide_probe #(
    parameter N_BITS = 6,
    parameter D_BITS = 4,
    parameter Q_BITS = 3
);
  localparam TOTAL = 1 << (N_BITS + D_BITS);
  reg clk;
  reg [31:0] at;
  wire [N_BITS-1:0] n = at[N_BITS-1:0];
  wire [D_BITS-1:0] d = at[N_BITS+:D_BITS];
  wire [Q_BITS-1:0] quotient;
  sluice_divide #(.N_BITS(N_BITS), .D_BITS(D_BITS), .Q_BITS(Q_BITS)) divide (
    .clk(clk), .ce(1'b1), .n(n), .d(d), .quotient(quotient));

  integer i, bad, checked;
  reg [31:0] old, old_n, old_d;
  initial begin
    bad = 0;
    checked = 0;
    clk = 0;
    for (i = 0; i < TOTAL + Q_BITS; i = i + 1) begin
      at = i;
      #1;
      if (i >= Q_BITS) begin
        old = i - Q_BITS;
        old_n = old & ((1 << N_BITS) - 1);
        old_d = old >> N_BITS;
        if (old_n < old_d << Q_BITS) begin
          checked = checked + 1;
          if (quotient !== old_n / old_d) bad = bad + 1;
        end else if (old_d == 0 && quotient !== {Q_BITS{1'b1}}) bad = bad + 1;
      end
      #1 clk = 1;
      #1 clk = 0;
    end
    $display("divide %0d/%0d -> %0d: %0d of %0d wrong", N_BITS, D_BITS, Q_BITS, bad, checked);
  end
endmodule

// All values and shifts.
module round_shift_probe #(
    parameter SIGNED = 1,
    parameter BITS = 6,
    parameter N_BITS = 4
);
  reg [31:0] at;
  wire [BITS-1:0] y;
  sluice_round_shift #(.SIGNED(SIGNED), .BITS(BITS), .N_BITS(N_BITS)) shift (
    .x(at[BITS-1:0]), .n(at[BITS+:N_BITS]), .y(y));

  integer i, bad;
  reg signed [63:0] x, want;
  initial begin
    bad = 0;
    for (i = 0; i < 1 << (BITS + N_BITS); i = i + 1) begin
      at = i;
      #1;
      x = at[BITS-1:0];
      if (SIGNED != 0 && at[BITS-1]) x = x - (64'sd1 << BITS);
      want = at[BITS+:N_BITS] == 0 ? x : (x + (64'sd1 << (at[BITS+:N_BITS] - 1))) >>> at[BITS+:N_BITS];
      if (y !== want[BITS-1:0]) bad = bad + 1;
    end
    $display("round_shift %0d:%0d by %0d: %0d wrong", SIGNED, BITS, N_BITS, bad);
  end
endmodule
