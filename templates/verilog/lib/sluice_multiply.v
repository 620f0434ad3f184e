// Product of two streams, PE elements per beat; two stages: operands, products.
// Kinds: 0 unsigned, 1 two's complement, 2 bipolar. Modulo 2^OUT_W, which holds every product.
module sluice_multiply #(
    parameter PE       = 1,
    parameter A_W      = 8,
    parameter A_KIND   = 1,
    parameter B_W      = 8,
    parameter B_KIND   = 1,
    parameter OUT_W    = 16,
    parameter OUT_KIND = 1
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
    // A sign more than either operand has.
    localparam A_S = (A_KIND == 2 ? 1 : A_W) + 1;
    localparam B_S = (B_KIND == 2 ? 1 : B_W) + 1;
    localparam P_W = A_S + B_S;

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

    wire [PE*A_S-1:0] a;
    wire [PE*B_S-1:0] b;
    sluice_cast #(.LANES(PE), .IN_BITS(A_W), .IN_KIND(A_KIND), .OUT_BITS(A_S), .OUT_KIND(1)) cast_a (
        .in_data(in0_data), .out_data(a)
    );
    sluice_cast #(.LANES(PE), .IN_BITS(B_W), .IN_KIND(B_KIND), .OUT_BITS(B_S), .OUT_KIND(1)) cast_b (
        .in_data(in1_data), .out_data(b)
    );

    genvar p;
    generate
        for (p = 0; p < PE; p = p + 1) begin : lane
            reg signed [A_S-1:0] a_q;
            reg signed [B_S-1:0] b_q;
            reg signed [P_W-1:0] product;
            wire signed [P_W-1:0] a_wide = {{B_S{a_q[A_S-1]}}, a_q};
            wire signed [P_W-1:0] b_wide = {{A_S{b_q[B_S-1]}}, b_q};
            always @(posedge clk) begin
                if (ce) begin
                    a_q     <= a[p*A_S +: A_S];
                    b_q     <= b[p*B_S +: B_S];
                    product <= a_wide * b_wide;
                end
            end
            wire [P_W+OUT_W-1:0] wide = {{OUT_W{product[P_W-1]}}, product};
            if (OUT_KIND == 2) begin : sign
                assign out_data[p] = !product[P_W-1];
            end else begin : bits
                assign out_data[p*OUT_W +: OUT_W] = wide[OUT_W-1:0];
            end
            wire unused = &{1'b0, wide};
        end
    endgenerate
endmodule
