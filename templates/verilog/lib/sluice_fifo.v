// First-in first-out buffer of exactly DEPTH beats, one cycle of latency, DEPTH >= 1.
//
// in_ready (not full) and out_valid (not empty) are registers, so no combinational path crosses it.
// DEEP = 0: memory with asynchronous read (registers or LUT RAM).
// DEEP = 1: memory with registered read (block RAM); needs DEPTH >= 2. Same timing, cycle for cycle.
module sluice_fifo #(
    parameter WIDTH = 8,
    parameter DEPTH = 2,
    parameter DEEP  = 0
) (
    input  wire             clk,
    input  wire             rst,
    input  wire [WIDTH-1:0] in_data,
    input  wire             in_valid,
    output wire             in_ready,
    output wire [WIDTH-1:0] out_data,
    output wire             out_valid,
    input  wire             out_ready
);
    localparam AW = DEPTH > 1 ? $clog2(DEPTH) : 1;
    localparam CW = $clog2(DEPTH + 1);
    localparam [AW-1:0] LAST = DEPTH[AW-1:0] - 1'b1;
    localparam [CW-1:0] FULL = DEPTH[CW-1:0];
    localparam [CW-1:0] ONE  = 1;

    reg [CW-1:0] count;
    reg          not_full;
    reg          not_empty;
    reg [AW-1:0] write_at;
    reg [AW-1:0] read_at;

    assign in_ready  = not_full;
    assign out_valid = not_empty;

    wire push = in_valid && not_full;
    wire pop  = not_empty && out_ready;
    wire [AW-1:0] read_next = !pop ? read_at : read_at == LAST ? {AW{1'b0}} : read_at + 1'b1;

    always @(posedge clk) begin
        if (rst) begin
            count     <= {CW{1'b0}};
            not_full  <= 1'b1;
            not_empty <= 1'b0;
            write_at  <= {AW{1'b0}};
            read_at   <= {AW{1'b0}};
        end else begin
            if (push && !pop) begin
                count     <= count + 1'b1;
                not_full  <= count != FULL - 1'b1;
                not_empty <= 1'b1;
            end
            if (pop && !push) begin
                count     <= count - 1'b1;
                not_full  <= 1'b1;
                not_empty <= count != ONE;
            end
            if (push) write_at <= write_at == LAST ? {AW{1'b0}} : write_at + 1'b1;
            read_at <= read_next;
        end
    end

    generate
        if (DEEP != 0) begin : block_ram
            // A beat that becomes the head in the cycle after its write bypasses the memory.
            (* ram_style = "block" *)
            reg [WIDTH-1:0] mem [0:DEPTH-1];
            reg [WIDTH-1:0] stored;
            reg [WIDTH-1:0] passed;
            reg             bypass;
            always @(posedge clk) begin
                if (push) mem[write_at] <= in_data;
                stored <= mem[read_next];
            end
            always @(posedge clk) begin
                passed <= in_data;
                bypass <= push && write_at == read_next;
            end
            assign out_data = bypass ? passed : stored;
        end else begin : lut_ram
            (* ram_style = "distributed" *)
            reg [WIDTH-1:0] mem [0:DEPTH-1];
            always @(posedge clk) begin
                if (push) mem[write_at] <= in_data;
            end
            assign out_data = mem[read_at];
        end
    endgenerate
endmodule
