// Test bench: an AXI4-Stream slave with random back-pressure. Checks the protocol (valid and data held under stall,
// tlast on the last beat of each frame only, nothing unknown) and, with CHECK = 1, the beats against a file.
`timescale 1ns / 1ps
module sluice_tb_sink #(
    parameter WIDTH       = 8,
    parameter BEATS       = 1,
    parameter FRAME_BEATS = 1,
    parameter CHECK       = 1,
    parameter FILE        = "",
    parameter NAME        = "m_axis",
    parameter INDEX       = 0,
    parameter THRESHOLD   = 0,
    parameter SEED        = 1
) (
    input  wire             aclk,
    input  wire             aresetn,
    input  wire             trace,
    input  wire [31:0]      cycle,
    input  wire [WIDTH-1:0] tdata,
    input  wire             tvalid,
    output reg              tready,
    input  wire             tlast,
    output wire             moved,
    output wire             done,
    output reg  [31:0]      errors
);
    localparam SHOWN = 8;

    reg [WIDTH-1:0] expected [0:(BEATS > 0 ? BEATS - 1 : 0)];
    reg [31:0] next;
    reg [31:0] frame;
    reg [31:0] frame_beat;
    reg [31:0] state;
    reg [31:0] threshold;
    reg [WIDTH-1:0] held;
    reg held_last;
    reg holding;
    integer percent;

    wire last_expected = frame_beat == FRAME_BEATS - 1;

    assign moved = tvalid === 1'b1 && tready;
    assign done  = next >= BEATS;

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
        frame      = 0;
        frame_beat = 0;
        state      = SEED;
        errors     = 0;
        holding    = 1'b0;
        tready     = 1'b0;
        threshold  = THRESHOLD;
        if ($value$plusargs("stall=%d", percent)) threshold = percent * 65536 / 100;
        if (CHECK != 0 && BEATS > 0) $readmemh(FILE, expected);
    end

    wire [31:0] rolled = xorshift(state);

    always @(negedge aclk) begin
        if (aresetn) begin
            state  <= rolled;
            tready <= !({16'd0, rolled[31:16]} < threshold);
        end
    end

    always @(posedge aclk) begin
        if (aresetn) begin
            holding   <= tvalid === 1'b1 && !tready;
            held      <= tdata;
            held_last <= tlast;
            if (tvalid !== 1'b0 && tvalid !== 1'b1) begin
                if (errors < SHOWN) $display("V %s: tvalid is %b, cycle %0d", NAME, tvalid, cycle);
                errors <= errors + 1;
            end else if (holding && !tvalid) begin
                if (errors < SHOWN) $display("V %s: tvalid fell before tready, cycle %0d", NAME, cycle);
                errors <= errors + 1;
            end else if (tvalid && (^tdata === 1'bx || (tlast !== 1'b0 && tlast !== 1'b1))) begin
                if (errors < SHOWN) $display("V %s: unknown tdata %h or tlast %b, cycle %0d", NAME, tdata, tlast, cycle);
                errors <= errors + 1;
            end else if (holding && (tdata !== held || tlast !== held_last)) begin
                if (errors < SHOWN) $display("V %s: tdata or tlast changed under stall, cycle %0d", NAME, cycle);
                errors <= errors + 1;
            end else if (moved && next >= BEATS) begin
                if (errors < SHOWN) $display("V %s: a beat too many, cycle %0d", NAME, cycle);
                errors <= errors + 1;
            end else if (moved && tlast !== last_expected) begin
                if (errors < SHOWN)
                    $display("V %s: tlast is %b on beat %0d of a frame of %0d, cycle %0d", NAME, tlast, frame_beat,
                             FRAME_BEATS, cycle);
                errors <= errors + 1;
            end else if (moved && CHECK != 0 && tdata !== expected[next]) begin
                if (errors < SHOWN)
                    $display("V %s: frame %0d, beat %0d is %h instead of %h, cycle %0d", NAME, frame, frame_beat, tdata,
                             expected[next], cycle);
                errors <= errors + 1;
            end
            if (moved) begin
                next       <= next + 1;
                frame_beat <= last_expected ? 0 : frame_beat + 1;
                if (last_expected) frame <= frame + 1;
                if (trace && next < BEATS) $display("O %0d %0d %h", INDEX, cycle, tdata);
                if (!trace && next == 0) $display("%s: first beat in cycle %0d", NAME, cycle);
                if (!trace && last_expected && next < BEATS)
                    $display("%s: frame %0d complete in cycle %0d", NAME, frame, cycle);
            end
        end
    end
endmodule
