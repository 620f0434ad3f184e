// Joins two streams: in turn BEATS_A beats of the first input and BEATS_B of the second, one per cycle, one stage.
// Kinds: 0 unsigned, 1 two's complement, 2 bipolar.
module sluice_concat #(
    parameter PE       = 1,
    parameter A_W      = 8,
    parameter A_KIND   = 1,
    parameter B_W      = 8,
    parameter B_KIND   = 1,
    parameter OUT_W    = 8,
    parameter OUT_KIND = 1,
    parameter BEATS_A  = 1,
    parameter BEATS_B  = 1
) (
    input  wire                clk,
    input  wire                rst,
    input  wire [PE*A_W-1:0]   in0_data,
    input  wire                in0_valid,
    output wire                in0_ready,
    input  wire [PE*B_W-1:0]   in1_data,
    input  wire                in1_valid,
    output wire                in1_ready,
    output reg  [PE*OUT_W-1:0] out_data,
    output reg                 out_valid,
    input  wire                out_ready
);
    localparam BEATS = BEATS_A + BEATS_B;
    localparam CW    = $clog2(BEATS);
    localparam [CW-1:0] LAST   = BEATS[CW-1:0] - 1'b1;
    localparam [CW-1:0] LAST_A = BEATS_A[CW-1:0] - 1'b1;

    wire [PE*OUT_W-1:0] a;
    wire [PE*OUT_W-1:0] b;
    sluice_cast #(.LANES(PE), .IN_BITS(A_W), .IN_KIND(A_KIND), .OUT_BITS(OUT_W), .OUT_KIND(OUT_KIND)) cast_a (
        .in_data(in0_data), .out_data(a)
    );
    sluice_cast #(.LANES(PE), .IN_BITS(B_W), .IN_KIND(B_KIND), .OUT_BITS(OUT_W), .OUT_KIND(OUT_KIND)) cast_b (
        .in_data(in1_data), .out_data(b)
    );

    reg [CW-1:0] slot;
    reg          second;

    wire ce   = !out_valid || out_ready;
    wire fire = ce && (second ? in1_valid : in0_valid);

    assign in0_ready = ce && !second;
    assign in1_ready = ce && second;

    always @(posedge clk) if (fire) out_data <= second ? b : a;

    always @(posedge clk) begin
        if (rst) begin
            slot      <= {CW{1'b0}};
            second    <= 1'b0;
            out_valid <= 1'b0;
        end else begin
            if (ce) out_valid <= fire;
            if (fire) begin
                slot <= slot == LAST ? {CW{1'b0}} : slot + 1'b1;
                if (slot == LAST_A) second <= 1'b1;
                if (slot == LAST) second <= 1'b0;
            end
        end
    end
endmodule
