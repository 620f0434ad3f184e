// Reciprocal square root of an integer: e = floor(log4(w)), r / 2^(RESULT + e) near 1 / sqrt(w). One result per cycle.
//
// A table's guess a for the ARGUMENT upper bits q of w, aligned to pairs; b = 3 - q a^2; r = a b / 2, rounded. Eight
// registers, which always move. w = 0 gives a defined value that means nothing. TABLE_FILE: 2^INDEX words.
module sluice_inverse_root #(
    parameter W_BITS     = 32,
    parameter E_W        = 4,
    parameter INDEX      = 6,
    parameter GUESS      = 7,
    parameter ARGUMENT   = 14,
    parameter RESULT     = 12,
    parameter TABLE_FILE = ""
) (
    input  wire              clk,
    input  wire [W_BITS-1:0] w,
    output reg  [RESULT:0]   r,
    output wire [E_W-1:0]    e
);
  localparam PAIRS = W_BITS / 2;
  localparam UNIT  = ARGUMENT - 2 + 2 * GUESS;
  localparam B_W   = RESULT + 4;
  localparam R_W   = GUESS + 1 + B_W;

  // 1: the highest pair of bits that is not 0
  reg [E_W-1:0] highest, highest_q;
  reg [W_BITS-1:0] w_q;
  integer i;
  always @* begin
    highest = {E_W{1'b0}};
    for (i = 0; i < PAIRS; i = i + 1) if (w[2*i+:2] != 2'b00) highest = i[E_W-1:0];
  end
  // 2: its bits and those below at the top
  localparam integer TOP_PAIR = PAIRS - 1;
  wire [E_W-1:0] up = TOP_PAIR[E_W-1:0] - highest_q;
  wire [W_BITS-1:0] raised = w_q << {up, 1'b0};
  wire [W_BITS+ARGUMENT-1:0] padded = {raised, {ARGUMENT{1'b0}}};
  reg [ARGUMENT-1:0] q;
  // 3: the guess
  reg [GUESS:0] table_words [0:(1<<INDEX)-1];
  generate
    if (TABLE_FILE != "") begin : load
      initial $readmemh(TABLE_FILE, table_words);
    end
  endgenerate
  wire [1:0] quarter = q[ARGUMENT-1-:2] - 2'd1;
  wire [INDEX-1:0] address;
  generate
    if (INDEX > 2) begin : fine
      assign address = {quarter, q[ARGUMENT-3-:INDEX-2]};
    end else begin : coarse
      assign address = quarter;
    end
  endgenerate
  reg [GUESS:0] a3, a4, a5, a6;
  reg [ARGUMENT-1:0] q3, q4;
  // 4 to 6: a squared, times q, from 3
  reg [2*GUESS+1:0] square;
  reg [UNIT+3:0] product;
  wire [UNIT+3:0] q_wide = {{(UNIT+4-ARGUMENT){1'b0}}, q4};
  wire [UNIT+3:0] square_wide = {{(UNIT+2-2*GUESS){1'b0}}, square};
  wire [UNIT+3:0] three = {{(UNIT+2){1'b0}}, 2'd3} << UNIT;
  wire [UNIT+3:0] difference = three - product;
  reg [B_W-1:0] b;
  // 7 and 8: times a, rounded
  reg [R_W-1:0] scaled;
  wire [R_W-1:0] half = {{(R_W-1){1'b0}}, 1'b1} << (GUESS + 2);
  wire [R_W-1:0] rounded = scaled + half;

  always @(posedge clk) begin
    w_q <= w;
    highest_q <= highest;
    q <= padded[W_BITS+ARGUMENT-1-:ARGUMENT];
    a3 <= table_words[address];
    q3 <= q;
    square <= {{(GUESS+1){1'b0}}, a3} * {{(GUESS+1){1'b0}}, a3};
    a4 <= a3;
    q4 <= q3;
    product <= q_wide * square_wide;
    a5 <= a4;
    b <= difference[UNIT+1-:B_W];
    a6 <= a5;
    scaled <= {{B_W{1'b0}}, a6} * {{(GUESS+1){1'b0}}, b};
    r <= rounded[GUESS+3+:RESULT+1];
  end

  sluice_mvu_delay #(.WIDTH(E_W), .DEPTH(7)) along (.clk(clk), .ce(1'b1), .in(highest_q), .out(e));
  wire unused = &{1'b0, padded[W_BITS-1:0], q, difference, rounded, i[0]};
endmodule
