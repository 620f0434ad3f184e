// Weighted sum of two streams: y = MUL_A * a + MUL_B * b + OFFSET, PE elements per beat, two stages.
//
// Computed modulo 2^W with W the bits of the result, which holds every sum: no wider intermediate is needed.
// Kinds: 0 unsigned, 1 two's complement, 2 bipolar.
module sluice_add #(
    parameter PE       = 1,
    parameter A_W      = 8,
    parameter A_KIND   = 1,
    parameter B_W      = 8,
    parameter B_KIND   = 1,
    parameter OUT_W    = 9,
    parameter OUT_KIND = 1,
    parameter MUL_A    = 1,
    parameter MUL_B    = 1,
    parameter OFFSET   = 0
) (
    input  wire                clk,
    input  wire                rst,
    input  wire [PE*A_W-1:0]   in0_data,
    input  wire                in0_valid,
    output wire                in0_ready,
    input  wire [PE*B_W-1:0]   in1_data,
    input  wire                in1_valid,
    output wire                in1_ready,
    output wire [PE*OUT_W-1:0] out_data,
    output wire                out_valid,
    input  wire                out_ready
);
    // Two bits at least, so that a bipolar result has a sign.
    localparam W = OUT_W > 1 ? OUT_W : 2;
    localparam [W+31:0] MUL_A_WIDE  = {{(W+1){MUL_A[31]}}, MUL_A[30:0]};
    localparam [W+31:0] MUL_B_WIDE  = {{(W+1){MUL_B[31]}}, MUL_B[30:0]};
    localparam [W+31:0] OFFSET_WIDE = {{(W+1){OFFSET[31]}}, OFFSET[30:0]};

    reg [1:0] valid;
    wire ce   = !valid[1] || out_ready;
    wire both = in0_valid && in1_valid;

    assign in0_ready = ce && in1_valid;
    assign in1_ready = ce && in0_valid;
    assign out_valid = valid[1];

    always @(posedge clk) begin
        if (rst) valid <= 2'b00;
        else if (ce) valid <= {valid[0], both};
    end

    wire [PE*W-1:0] a;
    wire [PE*W-1:0] b;
    sluice_cast #(.LANES(PE), .IN_BITS(A_W), .IN_KIND(A_KIND), .OUT_BITS(W), .OUT_KIND(1)) cast_a (
        .in_data(in0_data), .out_data(a)
    );
    sluice_cast #(.LANES(PE), .IN_BITS(B_W), .IN_KIND(B_KIND), .OUT_BITS(W), .OUT_KIND(1)) cast_b (
        .in_data(in1_data), .out_data(b)
    );

    genvar p;
    generate
        for (p = 0; p < PE; p = p + 1) begin : lane
            reg [W-1:0] product_a;
            reg [W-1:0] product_b;
            reg [W-1:0] sum;
            always @(posedge clk) begin
                if (ce) begin
                    product_a <= a[p*W +: W] * MUL_A_WIDE[W-1:0];
                    product_b <= b[p*W +: W] * MUL_B_WIDE[W-1:0];
                    sum       <= product_a + product_b + OFFSET_WIDE[W-1:0];
                end
            end
            if (OUT_KIND == 2) begin : sign
                assign out_data[p] = !sum[W-1];
                wire unused_low = &{1'b0, sum[W-2:0]};
            end else begin : bits
                wire [W:0] wide = {1'b0, sum};
                assign out_data[p*OUT_W +: OUT_W] = wide[OUT_W-1:0];
                wire unused_high = &{1'b0, wide[W:OUT_W]};
            end
        end
    endgenerate
endmodule
