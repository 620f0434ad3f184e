// Two banks of words that come over a memory bus, beat after beat: SLICES beats of BEAT_W bits make a word of WIDTH.
//
// Each slice is a memory of its own, so that a beat is written where it belongs without being collected first. The read
// is registered.
module sluice_experts_store #(
    parameter WIDTH   = 8,
    parameter DEPTH   = 4,
    parameter BEAT_W  = 32,
    parameter SLICE_W = 1,
    parameter AW      = 2
) (
    input  wire               clk,
    input  wire               write,
    input  wire [SLICE_W-1:0] slice,
    input  wire [AW-1:0]      write_at,
    input  wire [BEAT_W-1:0]  beat,
    input  wire [AW-1:0]      read_at,
    output wire [WIDTH-1:0]   word
);
    localparam SLICES = (WIDTH + BEAT_W - 1) / BEAT_W;

    genvar s;
    generate
        for (s = 0; s < SLICES; s = s + 1) begin : part
            localparam [31:0] INDEX = s;
            localparam BITS = s == SLICES - 1 ? WIDTH - s * BEAT_W : BEAT_W;
            reg [BITS-1:0] words [0:DEPTH-1];
            reg [BITS-1:0] read;
            always @(posedge clk) begin
                if (write && slice == INDEX[SLICE_W-1:0]) words[write_at] <= beat[BITS-1:0];
                read <= words[read_at];
            end
            assign word[s*BEAT_W +: BITS] = read;
        end
        if (WIDTH < BEAT_W) begin : narrow
            wire unused = &{1'b0, beat[BEAT_W-1:WIDTH]};
        end
    endgenerate
endmodule
