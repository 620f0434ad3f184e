// Test bench: the memory behind an AXI4 read master. A burst that is accepted in cycle t offers its first beat in cycle
// t + LATENCY at the earliest; bursts are answered in order; each cycle adds STEP / 65536 of a beat to what may be
// offered. Both channels pause at random. FILE: the image from address BASE on ($readmemh, one beat per line).
//
// Checks the protocol: addresses held under stall, bursts of whole beats that cross no border of 4096 bytes and stay in
// the image, nothing unknown. Counts bursts and beats. `+stall=PERCENT` overrides THRESHOLD (65536 = always),
// `+latency=CYCLES` overrides LATENCY, `+bandwidth=PERCENT` STEP.
`timescale 1ns / 1ps
module sluice_tb_memory #(
    parameter WIDTH     = 32,
    parameter BASE      = 0,
    parameter BYTES     = 4096,
    parameter LATENCY   = 32,
    parameter STEP      = 65536,
    parameter FILE      = "",
    parameter NAME      = "m_axi",
    parameter INDEX     = 0,
    parameter THRESHOLD = 0,
    parameter SEED_AR   = 1,
    parameter SEED_R    = 1
) (
    input  wire             aclk,
    input  wire             aresetn,
    input  wire             trace,
    input  wire [31:0]      cycle,
    input  wire [31:0]      araddr,
    input  wire [7:0]       arlen,
    input  wire [2:0]       arsize,
    input  wire [1:0]       arburst,
    input  wire             arvalid,
    output reg              arready,
    output reg  [WIDTH-1:0] rdata,
    output wire [1:0]       rresp,
    output reg              rlast,
    output reg              rvalid,
    input  wire             rready,
    output reg  [31:0]      errors
);
    localparam BEAT = WIDTH / 8;
    localparam BEATS = BYTES / BEAT;
    localparam SHOWN = 8;
    localparam CREDIT = 65536;

    reg [WIDTH-1:0] image [0:BEATS-1];
    // At most four bursts wait: the next beat's address, beats that are left, and when the first may come.
    reg [31:0] address [0:3];
    reg [31:0] left    [0:3];
    reg [31:0] due     [0:3];
    reg [1:0]  head;
    reg [1:0]  tail;
    reg [2:0]  count;
    reg [31:0] credit;
    reg [31:0] asks;
    reg [31:0] answers;
    reg [31:0] threshold;
    reg [31:0] latency;
    reg [31:0] step;
    reg [31:0] bursts;
    reg [31:0] beats;
    reg [31:0] held_address;
    reg [7:0]  held_length;
    reg        holding;
    integer    percent;

    assign rresp = 2'b00;

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
        head      = 0;
        tail      = 0;
        count     = 0;
        credit    = 0;
        asks      = SEED_AR;
        answers   = SEED_R;
        bursts    = 0;
        beats     = 0;
        errors    = 0;
        holding   = 1'b0;
        arready   = 1'b0;
        rvalid    = 1'b0;
        rlast     = 1'bx;
        rdata     = {WIDTH{1'bx}};
        threshold = THRESHOLD;
        latency   = LATENCY;
        step      = STEP;
        if ($value$plusargs("stall=%d", percent)) threshold = percent * 65536 / 100;
        if ($value$plusargs("latency=%d", percent)) latency = percent;
        if ($value$plusargs("bandwidth=%d", percent)) step = percent * 65536 / 100;
        $readmemh(FILE, image);
    end

    wire [31:0] rolled_asks    = xorshift(asks);
    wire [31:0] rolled_answers = xorshift(answers);
    wire        pauses         = {16'd0, rolled_answers[31:16]} < threshold;
    wire [31:0] grown          = credit + step < 2 * CREDIT - 1 ? credit + step : 2 * CREDIT - 1;
    wire        taken          = rvalid && rready === 1'b1;
    wire        asked          = arvalid === 1'b1 && arready;
    wire [31:0] last_byte      = araddr + ({24'd0, arlen} + 1) * BEAT - 1;

    always @(negedge aclk) begin
        if (aresetn) begin
            asks    <= rolled_asks;
            answers <= rolled_answers;
            arready <= !({16'd0, rolled_asks[31:16]} < threshold) && count != 4;
            credit  <= grown;
            if (!rvalid && count != 0 && cycle >= due[head] && !pauses && grown >= CREDIT) begin
                rvalid <= 1'b1;
                rdata  <= image[(address[head] - BASE) / BEAT];
                rlast  <= left[head] == 1;
            end else if (!rvalid) begin
                rdata <= {WIDTH{1'bx}};
                rlast <= 1'bx;
            end
        end
    end

    always @(posedge aclk) begin
        if (aresetn) begin
            holding      <= arvalid === 1'b1 && !arready;
            held_address <= araddr;
            held_length  <= arlen;
            if ((arvalid !== 1'b0 && arvalid !== 1'b1) || (rready !== 1'b0 && rready !== 1'b1)) begin
                if (errors < SHOWN) $display("V %s: arvalid is %b, rready %b, cycle %0d", NAME, arvalid, rready, cycle);
                errors <= errors + 1;
            end else if (holding && (!arvalid || araddr !== held_address || arlen !== held_length)) begin
                if (errors < SHOWN) $display("V %s: arvalid, araddr or arlen changed under stall, cycle %0d", NAME, cycle);
                errors <= errors + 1;
            end else if (asked && ((1 << arsize) !== BEAT || arburst !== 2'b01 || araddr % BEAT !== 0)) begin
                if (errors < SHOWN) $display("V %s: a burst is not of whole beats, cycle %0d", NAME, cycle);
                errors <= errors + 1;
            end else if (asked && araddr / 4096 !== last_byte / 4096) begin
                if (errors < SHOWN) $display("V %s: a burst crosses a border of 4096 bytes, cycle %0d", NAME, cycle);
                errors <= errors + 1;
            end else if (asked && (araddr < BASE || last_byte >= BASE + BYTES)) begin
                if (errors < SHOWN)
                    $display("V %s: a read of %0d bytes at %0d is outside its image, cycle %0d", NAME,
                             last_byte + 1 - araddr, araddr, cycle);
                errors <= errors + 1;
            end
            // Blocking: what is taken and what is asked for change the same queue.
            if (taken) begin
                rvalid <= 1'b0;
                credit <= credit - CREDIT;
                beats  <= beats + 1;
                address[head] = address[head] + BEAT;
                left[head]    = left[head] - 1;
                if (left[head] == 0) begin
                    head  = head + 1'b1;
                    count = count - 1'b1;
                end
            end
            if (asked) begin
                address[tail] = araddr;
                left[tail]    = {24'd0, arlen} + 1;
                due[tail]     = cycle + latency;
                tail          = tail + 1'b1;
                count         = count + 1'b1;
                bursts <= bursts + 1;
                if (trace) $display("R %0d %0d %0d %0d", INDEX, cycle, araddr, {24'd0, arlen} + 1);
            end
        end
    end
endmodule
