// One slot of sluice_attend: the largest octave, the sum of weights and the weighted sums of a query, per head.
//
// `starts`: the query is new, so that what the memories hold does not count. Stage 2 compares the octave, `new_2` with
// the first beat of a head; stage 3 shifts the mantissa, 4 multiplies, 5 adds, 6 reads back what a query ended with.
module sluice_attend_slot #(
    parameter HEADS = 1,
    parameter HEAD_BITS = 1,
    parameter BEATS = 4,
    parameter AT_BITS = 2,
    parameter SIMD = 2,
    parameter OCTAVE_BITS = 3,
    parameter MANTISSA = 9,
    parameter V_KIND = 1,
    parameter V_BITS = 8,
    parameter DSP = 0,
    parameter DEN_BITS = 21,
    parameter ACC_BITS = 29
) (
    input  wire                     clk,
    input  wire                     ce,
    input  wire                     starts,
    input  wire                     new_2,
    input  wire [HEAD_BITS-1:0]     head_2,
    input  wire [MANTISSA-1:0]      mantissa,
    input  wire [OCTAVE_BITS-1:0]   octave,
    input  wire                     nothing,
    input  wire [SIMD*V_BITS-1:0]   value,
    input  wire                     adds_5,
    input  wire                     new_5,
    input  wire [HEAD_BITS-1:0]     head_5,
    input  wire [AT_BITS-1:0]       at_5,
    input  wire [HEAD_BITS-1:0]     head_6,
    input  wire [AT_BITS-1:0]       at_6,
    input  wire                     selected,
    output wire [SIMD*ACC_BITS-1:0] sums,
    output wire [DEN_BITS-1:0]      weight
);
  // Stage 2: the upper bit says that there is an octave.
  reg [OCTAVE_BITS:0] tops[0:HEADS-1];
  wire [OCTAVE_BITS:0] kept = tops[head_2];
  wire none = starts || !kept[OCTAVE_BITS];
  wire [OCTAVE_BITS-1:0] top = kept[OCTAVE_BITS-1:0];
  wire rises = octave > top;
  reg [OCTAVE_BITS-1:0] fall;
  reg [OCTAVE_BITS-1:0] rise;
  reg [MANTISSA-1:0] scaled;
  reg fresh;
  always @(posedge clk)
    if (ce && new_2) begin
      tops[head_2] <= {!nothing || !none, nothing ? top : none || rises ? octave : top};
      rise <= !nothing && !none && rises ? octave - top : {OCTAVE_BITS{1'b0}};
      fall <= !none && !rises ? top - octave : {OCTAVE_BITS{1'b0}};
      scaled <= nothing ? {MANTISSA{1'b0}} : mantissa;
      fresh <= starts;
    end

  // Stage 3: the weight.
  wire [MANTISSA-1:0] shifted;
  sluice_round_shift #(.SIGNED(0), .BITS(MANTISSA), .N_BITS(OCTAVE_BITS)) fall_by (.x(scaled), .n(fall), .y(shifted));
  reg [MANTISSA-1:0] e;
  always @(posedge clk) if (ce) e <= shifted;

  // Stage 4: products, and what else the sums need.
  wire [MANTISSA-1:0] e_5;
  wire [OCTAVE_BITS-1:0] rise_5;
  wire fresh_5;
  sluice_mvu_delay #(.WIDTH(MANTISSA), .DEPTH(1)) delay_e (.clk(clk), .ce(ce), .in(e), .out(e_5));
  sluice_mvu_delay #(.WIDTH(OCTAVE_BITS + 1), .DEPTH(2)) delay_rise (
    .clk(clk), .ce(ce), .in({rise, fresh}), .out({rise_5, fresh_5}));

  // Stage 5: the sums, read, shifted and written in one cycle.
  reg [DEN_BITS-1:0] dens[0:HEADS-1];
  wire [DEN_BITS-1:0] den_shifted;
  sluice_round_shift #(.SIGNED(0), .BITS(DEN_BITS), .N_BITS(OCTAVE_BITS)) den_by (
    .x(dens[head_5]), .n(rise_5), .y(den_shifted));
  always @(posedge clk)
    if (ce && adds_5 && new_5)
      dens[head_5] <= (fresh_5 ? {DEN_BITS{1'b0}} : den_shifted) + {{(DEN_BITS - MANTISSA) {1'b0}}, e_5};
  assign weight = dens[head_6] & {DEN_BITS{selected}};

  reg [SIMD*ACC_BITS-1:0] accs[0:BEATS-1];
  wire [SIMD*ACC_BITS-1:0] old = accs[at_5];
  wire [SIMD*ACC_BITS-1:0] now;
  always @(posedge clk) if (ce && adds_5) accs[at_5] <= now;
  assign sums = accs[at_6] & {(SIMD * ACC_BITS) {selected}};

  localparam VALUE_BITS = V_BITS + 1;
  localparam P_BITS = MANTISSA + VALUE_BITS;
  genvar s;
  generate
    for (s = 0; s < SIMD; s = s + 1) begin : lane
      wire [VALUE_BITS-1:0] v;
      sluice_cast #(.LANES(1), .IN_BITS(V_BITS), .IN_KIND(V_KIND), .OUT_BITS(VALUE_BITS), .OUT_KIND(1)) cast (
        .in_data(value[s*V_BITS+:V_BITS]), .out_data(v));
      wire [P_BITS-1:0] product;
      sluice_product #(.A_BITS(MANTISSA), .B_BITS(VALUE_BITS), .DSP(DSP)) times (.a(e), .b(v), .p(product));
      reg [P_BITS-1:0] product_5;
      always @(posedge clk) if (ce) product_5 <= product;
      wire [ACC_BITS-1:0] acc_shifted;
      sluice_round_shift #(.SIGNED(1), .BITS(ACC_BITS), .N_BITS(OCTAVE_BITS)) acc_by (
        .x(old[s*ACC_BITS+:ACC_BITS]), .n(rise_5), .y(acc_shifted));
      wire [ACC_BITS-1:0] term;
      sluice_mvu_extend #(.SIGNED(1), .FROM(P_BITS), .TO(ACC_BITS)) extend (.in(product_5), .out(term));
      assign now[s*ACC_BITS+:ACC_BITS] = (fresh_5 ? {ACC_BITS{1'b0}} : acc_shifted) + term;
    end
  endgenerate
endmodule
