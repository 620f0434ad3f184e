// Test bench: an AXI4-Stream master that plays a file of beats ($readmemh, one beat per line), with random pauses.
//
// Ports change on the falling edge and are sampled on the rising one. Between beats tdata is unknown: a design that
// looks at it without tvalid shows X. `+stall=PERCENT` overrides the parameter THRESHOLD (65536 = always).
`timescale 1ns / 1ps
module sluice_tb_source #(
    parameter WIDTH       = 8,
    parameter BEATS       = 1,
    parameter FRAME_BEATS = 1,
    parameter FILE        = "",
    parameter NAME        = "s_axis",
    parameter INDEX       = 0,
    parameter THRESHOLD   = 0,
    parameter SEED        = 1
) (
    input  wire             aclk,
    input  wire             aresetn,
    input  wire             trace,
    input  wire [31:0]      cycle,
    output reg  [WIDTH-1:0] tdata,
    output reg              tvalid,
    input  wire             tready,
    output reg              tlast,
    output wire             moved,
    output wire             done,
    output reg  [31:0]      errors
);
    reg [WIDTH-1:0] beats [0:(BEATS > 0 ? BEATS - 1 : 0)];
    reg [31:0] next;
    reg [31:0] frame_beat;
    reg [31:0] state;
    reg [31:0] threshold;
    reg taken;  // the beat on the port was handed over on the last rising edge
    integer percent;

    assign moved = tvalid && tready === 1'b1;
    assign done  = next == BEATS;

    function [31:0] xorshift(input [31:0] x);
        reg [31:0] a;
        reg [31:0] b;
        begin
            a = x ^ (x << 13);
            b = a ^ (a >> 17);
            xorshift = b ^ (b << 5);
        end
    endfunction

    initial begin
        next       = 0;
        frame_beat = 0;
        state      = SEED;
        errors     = 0;
        taken      = 1'b0;
        tvalid     = 1'b0;
        tlast      = 1'b0;
        tdata      = {WIDTH{1'bx}};
        threshold  = THRESHOLD;
        if ($value$plusargs("stall=%d", percent)) threshold = percent * 65536 / 100;
        if (BEATS > 0) $readmemh(FILE, beats);
    end

    wire [31:0] rolled = xorshift(state);
    wire        stalls = {16'd0, rolled[31:16]} < threshold;

    always @(negedge aclk) begin
        if (aresetn) begin
            state <= rolled;
            if (!tvalid && next != BEATS && !stalls) begin
                tvalid <= 1'b1;
                tdata  <= beats[next];
                tlast  <= frame_beat == FRAME_BEATS - 1;
            end else if (tvalid && taken) begin
                if (next != BEATS && !stalls) begin
                    tdata <= beats[next];
                    tlast <= frame_beat == FRAME_BEATS - 1;
                end else begin
                    tvalid <= 1'b0;
                    tdata  <= {WIDTH{1'bx}};
                    tlast  <= 1'bx;
                end
            end
        end
    end

    always @(posedge aclk) begin
        taken <= 1'b0;
        if (aresetn) begin
            if (tready !== 1'b0 && tready !== 1'b1) begin
                if (errors < 8) $display("V %s: tready is %b, cycle %0d", NAME, tready, cycle);
                errors <= errors + 1;
            end
            if (moved) begin
                taken      <= 1'b1;
                next       <= next + 1;
                frame_beat <= frame_beat == FRAME_BEATS - 1 ? 0 : frame_beat + 1;
                if (trace) $display("I %0d %0d", INDEX, cycle);
            end
        end
    end
endmodule
