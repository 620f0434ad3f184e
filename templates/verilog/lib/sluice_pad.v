// Surrounds every frame of H x W pixels with constant ones. A pixel is FOLD beats of LANES elements.
// One output beat per cycle; input is taken only where the output shows the image.
module sluice_pad #(
    parameter H = 4,
    parameter W = 4,
    parameter FOLD = 1,
    parameter TOP = 1,
    parameter LEFT = 1,
    parameter BOTTOM = 1,
    parameter RIGHT = 1,
    // The padding element's code in the output type.
    parameter VALUE = 0,
    parameter LANES = 1,
    parameter IN_BITS = 8,
    parameter IN_KIND = 1,
    parameter OUT_BITS = 8,
    parameter OUT_KIND = 1
) (
    input wire clk,
    input wire rst,
    input wire [LANES*IN_BITS-1:0] in_data,
    input wire in_valid,
    output wire in_ready,
    output wire [LANES*OUT_BITS-1:0] out_data,
    output wire out_valid,
    input wire out_ready
);
  reg full;
  reg [LANES*OUT_BITS-1:0] data;
  assign out_valid = full;
  assign out_data = data;

  wire in_column, in_row, last_fold, last_column;
  wire image = in_column && in_row;
  wire ce = !full || out_ready;
  wire fires = ce && (in_valid || !image);
  assign in_ready = ce && image;

  sluice_swg_count #(.LENGTH(FOLD)) u_fold (.clk(clk), .rst(rst), .step(fires), .last(last_fold));
  sluice_pad_axis #(.BEFORE(LEFT), .SIZE(W), .AFTER(RIGHT)) u_column (
      .clk(clk), .rst(rst), .step(fires && last_fold), .covered(in_column), .last(last_column));
  /* verilator lint_off PINCONNECTEMPTY */
  sluice_pad_axis #(.BEFORE(TOP), .SIZE(H), .AFTER(BOTTOM)) u_row (
      .clk(clk), .rst(rst), .step(fires && last_fold && last_column), .covered(in_row), .last());
  /* verilator lint_on PINCONNECTEMPTY */

  wire [LANES*OUT_BITS-1:0] pixel;
  sluice_cast #(
      .LANES(LANES), .IN_BITS(IN_BITS), .IN_KIND(IN_KIND), .OUT_BITS(OUT_BITS), .OUT_KIND(OUT_KIND)
  ) u_cast (.in_data(in_data), .out_data(pixel));

  always @(posedge clk) begin
    if (rst) full <= 1'b0;
    else if (ce) full <= fires;
  end
  always @(posedge clk) begin
    if (fires) data <= image ? pixel : {LANES{VALUE[OUT_BITS-1:0]}};
  end
endmodule
