// Position along one axis of a padded image: `covered` where it is a pixel of the image, `last` at the end of the axis.
module sluice_pad_axis #(
    parameter BEFORE = 1,
    parameter SIZE = 4,
    parameter AFTER = 1
) (
    input wire clk,
    input wire rst,
    input wire step,
    output reg covered,
    output wire last
);
  localparam integer TOTAL = BEFORE + SIZE + AFTER;
  localparam integer BITS = $clog2(TOTAL + 1);
  localparam integer FINAL = TOTAL - 1;
  localparam integer LEFT = BEFORE + SIZE - 1;
  reg [BITS-1:0] at;
  wire [BITS-1:0] next = at + 1'b1;
  assign last = at == FINAL[BITS-1:0];
  always @(posedge clk) begin
    if (rst) begin
      at <= {BITS{1'b0}};
      covered <= BEFORE == 0;
    end else if (step) begin
      at <= last ? {BITS{1'b0}} : next;
      if (last) covered <= BEFORE == 0;
      else if (next == BEFORE[BITS-1:0]) covered <= 1'b1;
      else if (at == LEFT[BITS-1:0]) covered <= 1'b0;
    end
  end
endmodule
