// One axis of a sliding window: is the current position the last one of a window of K taps, D apart, in steps of S?
module sluice_swg_ends #(
    parameter SIZE = 4,
    parameter K = 2,
    parameter S = 1,
    parameter D = 1
) (
    input wire clk,
    input wire rst,
    input wire step,
    output wire ends,
    output wire last
);
  // Counts down to the next end; after the axis' last position it starts again with the first end.
  localparam integer FIRST = (K - 1) * D;
  localparam integer AGAIN = S - 1;
  localparam integer BITS = $clog2((FIRST > AGAIN ? FIRST : AGAIN) + 1) + 1;
  reg [BITS-1:0] wait_for;
  assign ends = wait_for == {BITS{1'b0}};
  sluice_swg_count #(.LENGTH(SIZE)) u_count (.clk(clk), .rst(rst), .step(step), .last(last));
  always @(posedge clk) begin
    if (rst) wait_for <= FIRST[BITS-1:0];
    else if (step) wait_for <= last ? FIRST[BITS-1:0] : ends ? AGAIN[BITS-1:0] : wait_for - 1'b1;
  end
endmodule
