// Sliding-window generator, a whole window per beat: KH * KW * C elements in the order (GROUPS, KH, KW, C / GROUPS).
//
// A pixel enters per cycle. Delay lines of DH rows feed one shift register per kernel row; the taps of these registers are
// the window. A pixel that is the last one of a window makes it visible in the next cycle.
module sluice_swg_parallel #(
    parameter H = 4,
    parameter W = 4,
    parameter C = 1,
    parameter GROUPS = 1,
    parameter KH = 2,
    parameter KW = 2,
    parameter SH = 1,
    parameter SW = 1,
    parameter DH = 1,
    parameter DW = 1,
    parameter IN_BITS = 8,
    parameter IN_KIND = 1,
    parameter OUT_BITS = 8,
    parameter OUT_KIND = 1
) (
    input wire clk,
    input wire rst,
    input wire [C*IN_BITS-1:0] in_data,
    input wire in_valid,
    output wire in_ready,
    output wire [KH*KW*C*OUT_BITS-1:0] out_data,
    output wire out_valid,
    input wire out_ready
);
  localparam integer PIXEL = C * IN_BITS;
  localparam integer PART = PIXEL / GROUPS;
  localparam integer LENGTH = (KW - 1) * DW + 1;

  reg full;
  wire ce = !full || out_ready;
  wire takes = ce && in_valid;
  assign in_ready  = ce;
  assign out_valid = full;

  wire ends_column, ends_row, last_column;
  sluice_swg_ends #(.SIZE(W), .K(KW), .S(SW), .D(DW)) u_column (
      .clk(clk), .rst(rst), .step(takes), .ends(ends_column), .last(last_column));
  /* verilator lint_off PINCONNECTEMPTY */
  sluice_swg_ends #(.SIZE(H), .K(KH), .S(SH), .D(DH)) u_row (
      .clk(clk), .rst(rst), .step(takes && last_column), .ends(ends_row), .last());
  /* verilator lint_on PINCONNECTEMPTY */

  always @(posedge clk) begin
    if (rst) full <= 1'b0;
    else if (ce) full <= takes && ends_column && ends_row;
  end

  // Row KH - 1 is the newest one.
  wire [KH*PIXEL-1:0] rows;
  assign rows[(KH-1)*PIXEL+:PIXEL] = in_data;
  wire [KH*KW*PIXEL-1:0] window;
  genvar i, j, g;
  generate
    for (i = 0; i < KH; i = i + 1) begin : g_row
      if (i < KH - 1) begin : g_line
        sluice_delay #(.WIDTH(PIXEL), .LENGTH(DH * W)) u_line (
            .clk(clk), .rst(rst), .step(takes), .d(rows[(i+1)*PIXEL+:PIXEL]), .q(rows[i*PIXEL+:PIXEL]));
      end
      reg [LENGTH*PIXEL-1:0] shift;
      if (LENGTH == 1) begin : g_single
        always @(posedge clk) if (takes) shift <= rows[i*PIXEL+:PIXEL];
      end else begin : g_several
        always @(posedge clk) if (takes) shift <= {shift[(LENGTH-1)*PIXEL-1:0], rows[i*PIXEL+:PIXEL]};
      end
      for (j = 0; j < KW; j = j + 1) begin : g_tap
        for (g = 0; g < GROUPS; g = g + 1) begin : g_part
          assign window[((g*KH+i)*KW+j)*PART+:PART] = shift[(KW-1-j)*DW*PIXEL+g*PART+:PART];
        end
      end
    end
  endgenerate

  sluice_cast #(
      .LANES(KH * KW * C), .IN_BITS(IN_BITS), .IN_KIND(IN_KIND), .OUT_BITS(OUT_BITS), .OUT_KIND(OUT_KIND)
  ) u_cast (.in_data(window), .out_data(out_data));
endmodule
