// Test bench: clock, reset, cycle count, and the end: when every port is done and some cycles have passed in which
// nothing more came, or when nothing has moved for IDLE_LIMIT cycles.
`timescale 1ns / 1ps
module sluice_tb_control #(
    parameter IDLE_LIMIT = 100000
) (
    output reg         aclk,
    output reg         aresetn,
    output reg         trace,
    output reg  [31:0] cycle,
    input  wire        moved,
    input  wire        inputs_done,
    input  wire        outputs_done,
    input  wire        failed
);
    localparam RESET = 4;
    localparam DRAIN = IDLE_LIMIT < 64 ? IDLE_LIMIT : 64;

    reg [31:0] elapsed;
    reg [31:0] idle;
    reg [31:0] drained;

    initial begin
        aclk    = 1'b0;
        aresetn = 1'b0;
        cycle   = 0;
        elapsed = 0;
        idle    = 0;
        drained = 0;
        trace   = $test$plusargs("trace") != 0;
    end

    always #5 aclk = !aclk;

    always @(posedge aclk) begin
        elapsed <= elapsed + 1;
        if (elapsed == RESET) aresetn <= 1'b1;
        if (aresetn) begin
            cycle   <= cycle + 1;
            idle    <= moved ? 0 : idle + 1;
            drained <= inputs_done && outputs_done ? drained + 1 : 0;
            if (drained >= DRAIN || idle >= IDLE_LIMIT) begin
                if (trace) $display("E %0d %0d", cycle, !outputs_done);
                if (!outputs_done) $display("FAIL: nothing moved for %0d cycles, output is missing", IDLE_LIMIT);
                else if (!inputs_done) $display("FAIL: nothing moved for %0d cycles, input was not taken", IDLE_LIMIT);
                else if (failed) $display("FAIL");
                else $display("PASS: %0d cycles", cycle - drained);
                $finish;
            end
        end
    end
endmodule
