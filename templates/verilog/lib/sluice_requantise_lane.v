// One lane of sluice_requantise: operands, product, sum and clamped result in a register each.
module sluice_requantise_lane #(
    parameter X_W       = 9,
    parameter MUL_W     = 9,
    parameter ADD_W     = 9,
    parameter SUM_W     = 18,
    parameter SHIFT     = 8,
    parameter TIES_EVEN = 0,
    parameter OUT_W     = 8,
    parameter LO        = -128,
    parameter HI        = 127
) (
    input  wire             clk,
    input  wire             ce,
    input  wire [X_W-1:0]   x,
    input  wire [MUL_W-1:0] mul,
    input  wire [ADD_W-1:0] add,
    output wire [OUT_W-1:0] y
);
    localparam P_W = X_W + MUL_W;
    // Room for any operand of the sum: what lies above SUM_W is never set differently from the sign.
    localparam W   = (P_W > SUM_W ? P_W : SUM_W) > ADD_W ? (P_W > SUM_W ? P_W : SUM_W) : ADD_W;
    localparam V_W = SUM_W - SHIFT;
    localparam C_W = V_W > 32 ? V_W : 32;
    localparam signed [C_W-1:0] LOW  = {{(C_W-31){LO[31]}}, LO[30:0]};
    localparam signed [C_W-1:0] HIGH = {{(C_W-31){HI[31]}}, HI[30:0]};

    // mul and add are registers of the caller.
    reg signed [X_W-1:0]   x_q;
    reg signed [P_W-1:0]   product;
    reg        [ADD_W-1:0] add_q;
    reg signed [SUM_W-1:0] sum;
    reg        [C_W-1:0]   clamped;

    wire signed [P_W-1:0] x_wide   = {{MUL_W{x_q[X_W-1]}}, x_q};
    wire signed [P_W-1:0] mul_wide = {{X_W{mul[MUL_W-1]}}, mul};
    wire [W:0] p_wide   = {{(W+1-P_W){product[P_W-1]}}, product};
    wire [W:0] add_wide = {{(W+1-ADD_W){add_q[ADD_W-1]}}, add_q};
    wire [W:0] total    = p_wide + add_wide;
    wire signed [C_W-1:0] floored;
    wire signed [C_W-1:0] shifted;

    generate
        if (C_W > V_W) begin : extended
            assign floored = {{(C_W-V_W){sum[SUM_W-1]}}, sum[SUM_W-1:SHIFT]};
        end else begin : whole
            assign floored = sum[SUM_W-1:SHIFT];
        end
        if (TIES_EVEN != 0) begin : half_to_even
            // No bit dropped: a tie. An odd quotient less 1 is the quotient with its lowest bit cleared.
            assign shifted = {floored[C_W-1:1], floored[0] && |sum[SHIFT-1:0]};
        end else begin : half_up
            assign shifted = floored;
            if (SHIFT > 0) begin : dropped
                wire unused_fraction = &{1'b0, sum[SHIFT-1:0]};
            end
        end
    endgenerate

    always @(posedge clk) begin
        if (ce) begin
            x_q     <= x;
            product <= x_wide * mul_wide;
            add_q   <= add;
            sum     <= total[SUM_W-1:0];
            clamped <= shifted < LOW ? LOW : shifted > HIGH ? HIGH : shifted;
        end
    end

    wire [C_W+OUT_W-1:0] result = {{OUT_W{clamped[C_W-1]}}, clamped};
    assign y = result[OUT_W-1:0];
    wire unused_high = &{1'b0, total[W:SUM_W], result[C_W+OUT_W-1:OUT_W]};
endmodule
