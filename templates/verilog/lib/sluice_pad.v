// Surrounds every frame of H x W pixels with constant ones. A pixel is FOLD beats of LANES elements.
// One output beat per cycle; input is taken only where the output shows the image. The padding that leads a frame waits
// until the frame's first beat is there: nothing comes out for a frame that has not begun.
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
  reg first;
  reg [LANES*OUT_BITS-1:0] data;
  assign out_valid = full;
  assign out_data = data;

  wire in_column, in_row, last_fold, last_column, last_row;
  wire image = in_column && in_row;
  wire ce = !full || out_ready;
  wire fires = ce && (in_valid || !(image || first));
  assign in_ready = ce && image;

  sluice_swg_count #(.LENGTH(FOLD)) u_fold (.clk(clk), .rst(rst), .step(fires), .last(last_fold));
  sluice_pad_axis #(.BEFORE(LEFT), .SIZE(W), .AFTER(RIGHT)) u_column (
      .clk(clk), .rst(rst), .step(fires && last_fold), .covered(in_column), .last(last_column));
  sluice_pad_axis #(.BEFORE(TOP), .SIZE(H), .AFTER(BOTTOM)) u_row (
      .clk(clk), .rst(rst), .step(fires && last_fold && last_column), .covered(in_row), .last(last_row));

  wire [LANES*OUT_BITS-1:0] pixel;
  sluice_cast #(
      .LANES(LANES), .IN_BITS(IN_BITS), .IN_KIND(IN_KIND), .OUT_BITS(OUT_BITS), .OUT_KIND(OUT_KIND)
  ) u_cast (.in_data(in_data), .out_data(pixel));

  always @(posedge clk) begin
    if (rst) begin
      full <= 1'b0;
      first <= 1'b1;
    end else begin
      if (ce) full <= fires;
      if (fires) first <= last_fold && last_column && last_row;
    end
  end
  always @(posedge clk) begin
    if (fires) data <= image ? pixel : {LANES{VALUE[OUT_BITS-1:0]}};
  end
endmodule
