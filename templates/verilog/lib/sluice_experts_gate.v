// One channel of the weighted sum: acc + bias, times the gate, plus the sum so far (nothing when `fresh`).
// Registers: the operand, the biased sum, the product, the total.
module sluice_experts_gate #(
    parameter ACC_BITS = 20,
    parameter BIASES   = 0,
    parameter BIAS_W   = 1,
    parameter SUM_W    = 21,
    parameter GATE_W   = 9,
    parameter OUT_BITS = 30
) (
    input  wire                clk,
    input  wire [ACC_BITS-1:0] acc,
    input  wire [BIAS_W-1:0]   bias,
    input  wire [GATE_W-1:0]   gate,
    input  wire                fresh,
    input  wire [OUT_BITS-1:0] sum,
    output reg  [OUT_BITS-1:0] total
);
    localparam P_W = SUM_W + GATE_W + 1;
    reg  [ACC_BITS-1:0] operand;
    reg  signed [SUM_W-1:0] biased;
    reg  signed [P_W-1:0] product;
    wire [SUM_W-1:0] wide;
    wire [SUM_W-1:0] offset;
    sluice_mvu_extend #(.SIGNED(1), .FROM(ACC_BITS), .TO(SUM_W)) extend_acc (.in(operand), .out(wide));
    generate
        if (BIASES != 0) begin : with_bias
            sluice_mvu_extend #(.SIGNED(1), .FROM(BIAS_W), .TO(SUM_W)) extend_bias (.in(bias), .out(offset));
        end else begin : without
            assign offset = {SUM_W{1'b0}};
            wire unused = &{1'b0, bias};
        end
    endgenerate
    wire signed [P_W-1:0] factor = {{(P_W-SUM_W){biased[SUM_W-1]}}, biased};
    wire signed [P_W-1:0] weight = {{(P_W-GATE_W){1'b0}}, gate};
    wire [OUT_BITS-1:0] term;
    sluice_mvu_extend #(.SIGNED(1), .FROM(P_W), .TO(OUT_BITS)) extend_product (.in(product), .out(term));
    always @(posedge clk) begin
        operand <= acc;
        biased  <= wide + offset;
        product <= factor * weight;
        total   <= fresh ? term : term + sum;
    end
endmodule
