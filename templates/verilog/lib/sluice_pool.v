// Reduces every K beats of LANES elements to one beat: their maximum or their sum, lane by lane.
module sluice_pool #(
    parameter K = 4,
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
  reg full;
  reg first;
  reg [LANES*OUT_BITS-1:0] total;
  assign out_valid = full;
  assign out_data = total;

  wire ce = !full || out_ready;
  wire takes = ce && in_valid;
  assign in_ready = ce;

  wire last;
  sluice_swg_count #(.LENGTH(K)) u_count (.clk(clk), .rst(rst), .step(takes), .last(last));

  wire [LANES*OUT_BITS-1:0] value, joined;
  sluice_cast #(
      .LANES(LANES), .IN_BITS(IN_BITS), .IN_KIND(IN_KIND), .OUT_BITS(OUT_BITS), .OUT_KIND(OUT_KIND)
  ) u_cast (.in_data(in_data), .out_data(value));
  sluice_pool_lanes #(.LANES(LANES), .BITS(OUT_BITS), .KIND(OUT_KIND), .SUM(SUM)) u_join (
      .a(total), .b(value), .y(joined));

  always @(posedge clk) begin
    if (rst) begin
      full <= 1'b0;
      first <= 1'b1;
    end else begin
      if (ce) full <= takes && last;
      if (takes) first <= last;
    end
  end
  always @(posedge clk) begin
    if (takes) total <= first ? value : joined;
  end
endmodule
