// Softmax over EXPERTS logits and the K largest of them: routes {expert, gate}, one per beat, largest first.
//
// A token takes EXPERTS slots in which a logit comes, four until the last one is in the sum, with RENORMALISE K more for
// the sum of the chosen, and per route one slot to align and FRACTION + 1 to divide. Everything moves with ce.
// A logit becomes a code, the code a mantissa and an octave; the sum runs at the largest octave so far.
module sluice_route #(
    parameter EXPERTS     = 4,
    parameter K           = 2,
    parameter FRACTION    = 8,
    parameter RENORMALISE = 0,
    parameter IN_BITS     = 8,
    parameter IN_KIND     = 1,
    parameter X_W         = 8,
    parameter MUL         = 1,
    parameter MUL_W       = 8,
    parameter ADD         = 1,
    parameter SUM_W       = 20,
    parameter SHIFT       = 4,
    parameter CODE_W      = 10,
    parameter STEP_BITS   = 5,
    parameter MANTISSA    = 12,
    parameter DEN_W       = 15,
    parameter OUT_BITS    = 12,
    parameter TABLE       = ""
) (
    input  wire                clk,
    input  wire                rst,
    input  wire [IN_BITS-1:0]  in_data,
    input  wire                in_valid,
    output wire                in_ready,
    output wire [OUT_BITS-1:0] out_data,
    output reg                 out_valid,
    input  wire                out_ready
);
  localparam STAGES = 4;
  localparam OCTAVE = CODE_W - STEP_BITS;
  localparam EW = EXPERTS > 1 ? $clog2(EXPERTS) : 1;
  localparam GATE_W = FRACTION + 1;
  localparam DRAINED = EXPERTS + STAGES;
  localparam SUMMED = DRAINED + (RENORMALISE != 0 ? K : 0);
  localparam STEPS = FRACTION + 2;
  localparam SLOTS = SUMMED + K * STEPS;
  localparam SLOT_W = $clog2(SLOTS);
  localparam STEP_W = $clog2(STEPS);
  localparam [31:0] EXPERTS_VALUE = EXPERTS;
  localparam [31:0] DRAINED_VALUE = DRAINED;
  localparam [31:0] SUMMED_VALUE = SUMMED;
  localparam [31:0] SLOT_END = SLOTS - 1;
  localparam [31:0] STEP_END = STEPS - 1;

  reg [SLOT_W-1:0] slot;
  reg [STEP_W-1:0] step;
  wire ce = !out_valid || out_ready;
  wire reads = {32'd0, slot} < {{SLOT_W{1'b0}}, EXPERTS_VALUE};
  wire divides = slot >= SUMMED_VALUE[SLOT_W-1:0];
  wire sums = RENORMALISE != 0 && slot >= DRAINED_VALUE[SLOT_W-1:0] && !divides;
  wire fire = ce && (in_valid || !reads);
  wire aligns = divides && step == 0;
  wire ends = divides && step == STEP_END[STEP_W-1:0];
  assign in_ready = ce && reads;

  always @(posedge clk)
    if (rst) begin
      slot <= 0;
      step <= 0;
      out_valid <= 1'b0;
    end else if (ce) begin
      out_valid <= ends;
      if (fire) slot <= slot == SLOT_END[SLOT_W-1:0] ? 0 : slot + 1'b1;
      if (divides) step <= ends ? 0 : step + 1'b1;
    end

  // Logit, product, code, mantissa and octave: a register each.
  reg [STAGES-1:0] live;
  always @(posedge clk)
    if (rst) live <= 0;
    else if (ce) live <= {live[STAGES-2:0], in_valid && reads};

  localparam P_W = X_W + MUL_W + 1;
  localparam W = (P_W > SUM_W ? P_W : SUM_W) + 1;
  localparam V_W = SUM_W - SHIFT;
  localparam C_W = (V_W > CODE_W ? V_W : CODE_W) + 1;
  localparam [63:0] MUL_VALUE = MUL;
  localparam [63:0] ADD_VALUE = ADD;
  localparam [31:0] CODE_END = (1 << CODE_W) - 1;
  wire [X_W-1:0] logit;
  sluice_mvu_extend #(.SIGNED(IN_KIND == 1), .FROM(IN_BITS), .TO(X_W)) extend_in (.in(in_data), .out(logit));
  reg signed [X_W-1:0] x;
  reg signed [P_W-1:0] product;
  reg [CODE_W-1:0] code;
  wire signed [P_W-1:0] x_wide = {{(P_W - X_W) {x[X_W-1]}}, x};
  wire signed [P_W-1:0] mul_wide = {{(P_W - MUL_W) {1'b0}}, MUL_VALUE[MUL_W-1:0]};
  wire [W-1:0] p_wide = {{(W - P_W) {product[P_W-1]}}, product};
  wire [W+63:0] add_wide = {{W{1'b0}}, ADD_VALUE};
  wire [W-1:0] total = p_wide + add_wide[W-1:0];
  wire signed [C_W-1:0] floored;
  sluice_mvu_extend #(.SIGNED(1), .FROM(V_W), .TO(C_W)) extend_sum (.in(total[SUM_W-1:SHIFT]), .out(floored));
  wire signed [C_W-1:0] most = {{(C_W - CODE_W) {1'b0}}, CODE_END[CODE_W-1:0]};
  wire signed [C_W-1:0] least = {{(C_W - 1) {1'b0}}, 1'b1};
  wire signed [C_W-1:0] clamped = floored < least ? least : floored > most ? most : floored;
  wire unused_sum = &{1'b0, add_wide[W+63:W], total[W-1:SUM_W], clamped[C_W-1:CODE_W]};
  generate
    if (SHIFT > 0) begin : dropped
      wire unused = &{1'b0, total[SHIFT-1:0]};
    end
  endgenerate
  always @(posedge clk)
    if (ce) begin
      x <= logit;
      product <= x_wide * mul_wide;
      code <= clamped[CODE_W-1:0];
    end
  wire [MANTISSA-1:0] mantissa;
  wire [OCTAVE-1:0] octave;
  wire nothing;
  sluice_exp #(
    .LANES(1), .CODE_BITS(CODE_W), .STEP_BITS(STEP_BITS), .MANTISSA(MANTISSA), .TABLE(TABLE)
  ) weight (.clk(clk), .ce(ce), .codes(code), .mantissas(mantissa), .octaves(octave), .nothing(nothing));
  wire unused_nothing = nothing;
  wire signed [X_W-1:0] x_late;
  sluice_mvu_delay #(.WIDTH(X_W), .DEPTH(STAGES - 1)) delay_x (.clk(clk), .ce(ce), .in(x), .out(x_late));

  // The sum at the largest octave so far.
  wire arrives = ce && live[STAGES-1];
  reg [EW-1:0] arrived;
  reg [OCTAVE-1:0] top;
  reg [DEN_W-1:0] den;
  localparam [31:0] E_END = EXPERTS - 1;
  wire first = arrived == 0;
  wire higher = octave > top;
  wire [OCTAVE-1:0] distance = higher ? octave - top : top - octave;
  wire [DEN_W-1:0] wide_mantissa = {{(DEN_W - MANTISSA) {1'b0}}, mantissa};
  wire [DEN_W-1:0] shifted;
  sluice_round_shift #(.SIGNED(0), .BITS(DEN_W), .N_BITS(OCTAVE)) rescale (
    .x(higher ? den : wide_mantissa), .n(distance), .y(shifted));
  wire [DEN_W-1:0] other = higher ? wide_mantissa : den;
  always @(posedge clk)
    if (rst) arrived <= 0;
    else if (arrives) arrived <= arrived == E_END[EW-1:0] ? 0 : arrived + 1'b1;
  always @(posedge clk)
    if (arrives) begin
      top <= first || higher ? octave : top;
      den <= first ? wide_mantissa : shifted + other;
    end

  // The K largest, largest first; one that is equal comes after those that are there.
  localparam ENTRY = MANTISSA + OCTAVE + EW;
  reg [K-1:0] held;
  wire [K-1:0] stays;      // entry i stays before the one that arrives
  wire [(K+1)*X_W-1:0] xs;
  wire [(K+1)*ENTRY-1:0] entries;
  wire [K:0] held_from = {held, 1'b1};
  assign xs[X_W-1:0] = x_late;
  assign entries[ENTRY-1:0] = {mantissa, octave, arrived};
  wire shifts = ce && (sums || aligns);
  genvar i;
  generate
    for (i = 0; i < K; i = i + 1) begin : rank
      reg signed [X_W-1:0] x_held;
      reg [ENTRY-1:0] entry;
      assign stays[i] = held[i] && !first && x_held >= x_late;
      // Entry i + 1 of the vectors is what rank i holds.
      assign xs[(i+1)*X_W+:X_W] = x_held;
      assign entries[(i+1)*ENTRY+:ENTRY] = entry;
      wire inherits;
      wire [ENTRY-1:0] next_rank = entries[((i+1)%K+1)*ENTRY+:ENTRY];
      if (i == 0) begin : head
        assign inherits = 1'b0;
      end else begin : rest
        // What was before it no longer is: it moves one down.
        assign inherits = !stays[i-1] && !first;
      end
      always @(posedge clk) begin
        if (arrives && !stays[i]) begin
          x_held <= inherits ? xs[i*X_W+:X_W] : x_late;
          entry <= inherits ? entries[i*ENTRY+:ENTRY] : entries[ENTRY-1:0];
        end else if (shifts) entry <= next_rank;
      end
      always @(posedge clk)
        if (rst) held[i] <= 1'b0;
        else if (arrives && !stays[i]) held[i] <= inherits ? held_from[i] : (i == 0 || !first);
    end
  endgenerate
  wire unused_last = &{1'b0, xs[K*X_W+:X_W], held_from[K]};

  // Gates: 2^FRACTION * part / whole, rounded half up, one bit of the quotient per slot.
  wire [ENTRY-1:0] head_entry = entries[ENTRY+:ENTRY];
  wire [DEN_W-1:0] part;
  wire [DEN_W-1:0] head_mantissa = {{(DEN_W - MANTISSA) {1'b0}}, head_entry[EW+OCTAVE+:MANTISSA]};
  sluice_round_shift #(.SIGNED(0), .BITS(DEN_W), .N_BITS(OCTAVE)) align (
    .x(head_mantissa), .n(top - head_entry[EW+:OCTAVE]), .y(part));
  reg [DEN_W-1:0] chosen;   // sum of the chosen
  wire [DEN_W-1:0] whole = RENORMALISE != 0 ? chosen : den;
  wire [DEN_W+GATE_W-1:0] whole_wide = {{GATE_W{1'b0}}, whole};
  reg [DEN_W:0] rest;
  reg [GATE_W-1:0] bits;     // of the whole that are still to come, from the top; then of the quotient
  reg [EW-1:0] expert;
  wire [DEN_W+1:0] doubled = {rest, bits[GATE_W-1]};
  wire [DEN_W+1:0] less = doubled - {1'b0, whole, 1'b0};
  wire fits = !(doubled < {1'b0, whole, 1'b0});
  always @(posedge clk)
    if (ce) begin
      if (sums) chosen <= slot == DRAINED_VALUE[SLOT_W-1:0] ? part : chosen + part;
      if (aligns) begin
        rest <= {1'b0, part} + {1'b0, whole_wide[GATE_W+:DEN_W]};
        bits <= whole_wide[GATE_W-1:0];
        expert <= head_entry[EW-1:0];
      end else if (divides) begin
        rest <= fits ? less[DEN_W:0] : doubled[DEN_W:0];
        bits <= {bits[GATE_W-2:0], fits};
      end
    end
  wire unused_rest = &{1'b0, less[DEN_W+1]};
  sluice_mvu_extend #(.SIGNED(0), .FROM(EW + GATE_W), .TO(OUT_BITS)) cut (.in({expert, bits}), .out(out_data));
endmodule
