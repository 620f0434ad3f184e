// One lane of sluice_curve: where the input lies in the table, the segment's line, the ramp beside it, rounding.
//
// u = |x| (FOLD) or max(x - START, 0); index = min(u >> SEGMENT, ENTRIES - 1); t = the low SEGMENT bits of u
// v = entry << SEGMENT + rise * t; negative x: v = SIGN * v + 2^ONE (ONE < 0: + 0)
// y = clamp((SLOPE * max(x, 0) + v << ALIGN + 2^(SHIFT-1)) >>> SHIFT, LO, HI)
//
// Six registers: position, (the caller's) table word, products, line, sum, result. All move with ce.
module sluice_curve_lane #(
    parameter X_W     = 9,
    parameter FOLD    = 1,
    parameter START   = 0,
    parameter SEGMENT = 4,
    parameter ENTRIES = 17,
    parameter INDEX_W = 5,
    parameter T_W     = 8,
    parameter D_W     = 8,
    parameter V_W     = 16,
    parameter SLOPE   = 1,
    parameter ALIGN   = 0,
    parameter SHIFT   = 8,
    parameter SIGN    = 1,
    parameter ONE     = -1,
    parameter SUM_W   = 24,
    parameter OUT_W   = 8,
    parameter LO      = -128,
    parameter HI      = 127
) (
    input  wire                    clk,
    input  wire                    ce,
    input  wire [X_W-1:0]          x,
    output reg  [INDEX_W-1:0]      index,
    input  wire signed [T_W-1:0]   entry,
    input  wire signed [D_W-1:0]   rise,
    output wire [OUT_W-1:0]        y
);
    localparam U_W   = X_W + 2;
    localparam T_BITS = SEGMENT > 0 ? SEGMENT : 1;
    localparam P_W   = D_W + T_BITS + 1;
    localparam R_W   = X_W + 31;
    localparam C_W   = (SUM_W > SHIFT + 33 ? SUM_W - SHIFT : 33);
    localparam integer LAST = ENTRIES - 1;
    localparam [U_W+31:0] START_WIDE = {{(U_W+1){START[31]}}, START[30:0]};
    localparam [U_W+31:0] LAST_WIDE  = {{U_W{1'b0}}, LAST[31:0]};
    localparam signed [C_W-1:0] LOW  = {{(C_W-31){LO[31]}}, LO[30:0]};
    localparam signed [C_W-1:0] HIGH = {{(C_W-31){HI[31]}}, HI[30:0]};
    localparam [SUM_W-1:0] HALF = SHIFT > 0 ? {{(SUM_W-1){1'b0}}, 1'b1} << (SHIFT - 1) : {SUM_W{1'b0}};
    localparam [V_W-1:0]   UNIT = ONE >= 0 ? {{(V_W-1){1'b0}}, 1'b1} << ONE : {V_W{1'b0}};

    // 1: position in the table
    wire negative = x[X_W-1];
    wire [U_W-1:0] x_wide = {{2{negative}}, x};
    wire [U_W-1:0] distance = FOLD == 0 ? x_wide - START_WIDE[U_W-1:0] : negative ? {U_W{1'b0}} - x_wide : x_wide;
    wire [U_W-1:0] u = distance[U_W-1] ? {U_W{1'b0}} : distance;
    wire [U_W-1:0] segment = u >> SEGMENT;
    wire [U_W:0] past = {1'b0, segment} - {1'b0, LAST_WIDE[U_W-1:0]};
    wire beyond = !past[U_W];
    wire [U_W+31:0] segment_wide = {32'd0, segment};
    wire [X_W-2:0] above = negative ? {(X_W-1){1'b0}} : x[X_W-2:0];

    reg [T_BITS-1:0] t1, t2;
    reg [X_W-2:0]    above1, above2;
    reg              negative1, negative2, negative3, negative4;
    always @(posedge clk) if (ce) begin
        index <= beyond ? LAST_WIDE[INDEX_W-1:0] : segment_wide[INDEX_W-1:0];
        t1 <= SEGMENT > 0 ? u[T_BITS-1:0] : {T_BITS{1'b0}};
        above1 <= above;
        negative1 <= negative;
        // 2: while the table is read
        t2 <= t1;
        above2 <= above1;
        negative2 <= negative1;
        negative3 <= negative2;
        negative4 <= negative3;
    end

    // 3: products
    reg signed [P_W-1:0] product;
    reg signed [T_W-1:0] entry3;
    reg [R_W-1:0]        ramp3, ramp4;
    wire signed [P_W-1:0] rise_wide = {{(P_W-D_W){rise[D_W-1]}}, rise};
    wire signed [P_W-1:0] t_wide = {{(P_W-T_BITS){1'b0}}, t2};
    always @(posedge clk) if (ce) begin
        product <= SEGMENT > 0 ? rise_wide * t_wide : {P_W{1'b0}};
        entry3 <= entry;
        ramp3 <= SLOPE > 0 ? {31'd0, 1'b0, above2} * {{X_W{1'b0}}, SLOPE[30:0]} : {R_W{1'b0}};
        ramp4 <= ramp3;
    end

    // 4: the line; what a negative input makes of it comes with the sum
    reg [V_W-1:0] v;
    wire [V_W+T_W-1:0] base_wide = {{V_W{entry3[T_W-1]}}, entry3};
    wire [V_W+P_W-1:0] product_wide = {{V_W{product[P_W-1]}}, product};
    always @(posedge clk) if (ce) v <= (base_wide[V_W-1:0] << SEGMENT) + product_wide[V_W-1:0];

    // 5: the sum
    wire [V_W-1:0] mirrored = SIGN < 0 ? UNIT - v : v + UNIT;
    wire [V_W-1:0] side = negative4 ? mirrored : v;
    wire [SUM_W+V_W-1:0] side_wide = {{SUM_W{side[V_W-1]}}, side};
    wire [SUM_W+R_W-1:0] ramp_wide = {{SUM_W{1'b0}}, ramp4};
    reg [SUM_W-1:0] sum;
    always @(posedge clk) if (ce) sum <= (side_wide[SUM_W-1:0] << ALIGN) + ramp_wide[SUM_W-1:0] + HALF;

    // 6: the result
    wire signed [C_W+SUM_W-1:0] sum_wide = {{C_W{sum[SUM_W-1]}}, sum};
    wire signed [C_W+SUM_W-1:0] floored = sum_wide >>> SHIFT;
    wire signed [C_W-1:0] quotient = floored[C_W-1:0];
    reg signed [C_W-1:0] clamped;
    always @(posedge clk) if (ce) clamped <= quotient < LOW ? LOW : quotient > HIGH ? HIGH : quotient;

    wire [C_W+OUT_W-1:0] result = {{OUT_W{clamped[C_W-1]}}, clamped};
    assign y = result[OUT_W-1:0];
    wire unused = &{1'b0, segment_wide, past, base_wide, product_wide, side_wide, ramp_wide, floored, result, START_WIDE,
                    LAST_WIDE, u};
endmodule
