// A delay line: `q` is the `d` of LENGTH steps ago. A circular memory with a registered read; no reset of the data.
module sluice_delay #(
    parameter WIDTH = 8,
    parameter LENGTH = 4
) (
    input wire clk,
    input wire rst,
    input wire step,
    input wire [WIDTH-1:0] d,
    output wire [WIDTH-1:0] q
);
  generate
    if (LENGTH == 0) begin : g_wire
      assign q = d;
      /* verilator lint_off UNUSED */
      wire [2:0] unused = {clk, rst, step};
      /* verilator lint_on UNUSED */
    end else if (LENGTH == 1) begin : g_register
      reg [WIDTH-1:0] data;
      assign q = data;
      always @(posedge clk) if (step) data <= d;
      /* verilator lint_off UNUSED */
      wire unused = rst;
      /* verilator lint_on UNUSED */
    end else begin : g_memory
      // The read register is one step of the delay, the memory the others: it is read before it is written.
      localparam integer SIZE = LENGTH - 1;
      localparam integer BITS = SIZE > 1 ? $clog2(SIZE) : 1;
      localparam integer TOP = SIZE - 1;
      reg [WIDTH-1:0] line[0:SIZE-1];
      reg [WIDTH-1:0] data;
      reg [BITS-1:0] at;
      assign q = data;
      always @(posedge clk) begin
        if (rst) at <= {BITS{1'b0}};
        else if (step) at <= at == TOP[BITS-1:0] ? {BITS{1'b0}} : at + 1'b1;
      end
      always @(posedge clk) begin
        if (step) begin
          data <= line[at];
          line[at] <= d;
        end
      end
    end
  endgenerate
endmodule
