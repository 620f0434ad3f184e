// Which query is in which of SLOTS slots while KEYS keys pass by again and again, one per step.
//
// Slot j takes a query in the step of key j, keeps it for KEYS steps, going round at the last key, and takes the next;
// QUERIES queries make a frame, frames follow without a gap. SLOTS <= KEYS, so that at most one query starts and one
// ends in a step. All outputs are of the present step, registers or a few gates behind them.
module sluice_rota #(
    parameter QUERIES = 8,
    parameter KEYS = 8,
    parameter SLOTS = 4,
    parameter CAUSAL = 0
) (
    input  wire             clk,
    input  wire             rst,
    // To the next step.
    input  wire             step,
    // One bit: the slot whose turn it is to take a query; none after the last slot. `takes`: there is one to take.
    output wire [SLOTS-1:0] turn,
    output wire             takes,
    // Slots with a query that attends to the step's key.
    output wire [SLOTS-1:0] attends,
    // One bit: the slot whose query sees its last key.
    output wire [SLOTS-1:0] ending
);
  localparam KEY_BITS = KEYS > 1 ? $clog2(KEYS) : 1;
  localparam LEFT_BITS = $clog2(QUERIES + 1);
  localparam [31:0] KEY_END = KEYS - 1;
  localparam [31:0] ALL = QUERIES;
  localparam [SLOTS:0] FIRST_TURN = 1;

  reg [SLOTS-1:0] turns;
  reg [SLOTS-1:0] held;
  reg [KEY_BITS-1:0] key;
  reg [LEFT_BITS-1:0] left;
  wire last_key = key == KEY_END[KEY_BITS-1:0];
  wire [LEFT_BITS-1:0] left_next = left - {{(LEFT_BITS - 1) {1'b0}}, takes};
  wire [SLOTS:0] next_turns = {turns, last_key};

  assign turn = turns;
  assign takes = |turns && left != 0;
  wire [SLOTS-1:0] active = (held & ~turns) | (turns & {SLOTS{left != 0}});
  // The slot whose turn comes next ends its query now.
  assign ending = active & next_turns[SLOTS-1:0];
  wire last_step = left_next == 0 && |ending && (active & ~ending) == 0;

  always @(posedge clk)
    if (rst) begin
      turns <= FIRST_TURN[SLOTS-1:0];
      held <= {SLOTS{1'b0}};
      key <= 0;
      left <= ALL[LEFT_BITS-1:0];
    end else if (step) begin
      turns <= last_step ? FIRST_TURN[SLOTS-1:0] : next_turns[SLOTS-1:0];
      held <= last_step ? {SLOTS{1'b0}} : active;
      key <= last_step || last_key ? 0 : key + 1'b1;
      left <= last_step ? ALL[LEFT_BITS-1:0] : left_next;
    end
  wire unused_turn = next_turns[SLOTS];

  generate
    if (CAUSAL != 0) begin : causal
      // Query b * SLOTS + j attends to the keys up to its own number: `base` is that of slot 0 in this pass.
      localparam BASE_BITS = $clog2(QUERIES + 2 * SLOTS + KEYS + 1);
      localparam [31:0] STRIDE = SLOTS;
      reg [BASE_BITS-1:0] base;
      reg [SLOTS-1:0] passed;
      reg [SLOTS-1:0] past;
      // The slot whose query has the number of the key; none once the keys go round.
      wire [SLOTS:0] own = {passed, {{(BASE_BITS - KEY_BITS) {1'b0}}, key} == base};
      always @(posedge clk)
        if (rst) begin
          base <= 0;
          passed <= {SLOTS{1'b0}};
          past <= {SLOTS{1'b0}};
        end else if (step) begin
          base <= last_step ? 0 : last_key ? base + STRIDE[BASE_BITS-1:0] : base;
          passed <= last_step || last_key ? {SLOTS{1'b0}} : own[SLOTS-1:0];
          past <= last_step || last_key ? {SLOTS{1'b0}} : past | own[SLOTS-1:0];
        end
      assign attends = active & ~past;
      wire unused_own = own[SLOTS];
    end else begin : all
      assign attends = active;
    end
  endgenerate
endmodule
