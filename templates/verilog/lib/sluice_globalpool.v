// Reduces the PIXELS pixels of a frame, FOLD beats of LANES channels each, to one: maximum or sum of each channel.
// The FOLD running totals go round in a delay line; they come out while the last pixel goes in.
module sluice_globalpool #(
    parameter PIXELS = 16,
    parameter FOLD = 1,
    parameter SUM = 0,
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
  localparam integer WIDTH = LANES * OUT_BITS;
  localparam integer BEHIND = FOLD - 1;

  reg full;
  reg first;
  reg [WIDTH-1:0] total;
  assign out_valid = full;
  assign out_data = total;

  wire ce = !full || out_ready;
  wire takes = ce && in_valid;
  assign in_ready = ce;

  wire last_fold, last_pixel;
  sluice_swg_count #(.LENGTH(FOLD)) u_fold (.clk(clk), .rst(rst), .step(takes), .last(last_fold));
  sluice_swg_count #(.LENGTH(PIXELS)) u_pixel (.clk(clk), .rst(rst), .step(takes && last_fold), .last(last_pixel));

  // `total` is the newest of the FOLD totals, the delay line holds the others.
  wire [WIDTH-1:0] value, older, joined;
  sluice_delay #(.WIDTH(WIDTH), .LENGTH(BEHIND)) u_totals (.clk(clk), .rst(rst), .step(takes), .d(total), .q(older));
  sluice_cast #(
      .LANES(LANES), .IN_BITS(IN_BITS), .IN_KIND(IN_KIND), .OUT_BITS(OUT_BITS), .OUT_KIND(OUT_KIND)
  ) u_cast (.in_data(in_data), .out_data(value));
  sluice_pool_lanes #(.LANES(LANES), .BITS(OUT_BITS), .KIND(OUT_KIND), .SUM(SUM)) u_join (
      .a(older), .b(value), .y(joined));

  always @(posedge clk) begin
    if (rst) begin
      full <= 1'b0;
      first <= 1'b1;
    end else begin
      if (ce) full <= takes && last_pixel;
      if (takes && last_fold) first <= last_pixel;
    end
  end
  always @(posedge clk) begin
    if (takes) total <= first ? value : joined;
  end
endmodule
