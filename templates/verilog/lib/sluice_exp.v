// Codes of exponentials as mantissa and octave: code c stands for 2^(c / 2^STEP_BITS), code 0 for nothing.
//
// The low STEP_BITS bits choose one of the table's mantissas (their upper bit is always set), the others are the octave.
// LANES codes at a time, each with its own read of the table; one register, which moves with ce. CODE_BITS > STEP_BITS.
module sluice_exp #(
    parameter LANES = 1,
    parameter CODE_BITS = 8,
    parameter STEP_BITS = 5,
    parameter MANTISSA = 9,
    parameter TABLE = ""
) (
    input  wire                                     clk,
    input  wire                                     ce,
    input  wire [LANES*CODE_BITS-1:0]               codes,
    output wire [LANES*MANTISSA-1:0]                mantissas,
    output wire [LANES*(CODE_BITS-STEP_BITS)-1:0]   octaves,
    output wire [LANES-1:0]                         nothing
);
  localparam OCTAVE_BITS = CODE_BITS - STEP_BITS;

  reg [MANTISSA-1:0] words[0:(1<<STEP_BITS)-1];
  generate
    if (TABLE != "") begin : filled
      initial $readmemh(TABLE, words);
    end
  endgenerate

  genvar i;
  generate
    for (i = 0; i < LANES; i = i + 1) begin : lane
      wire [CODE_BITS-1:0] code = codes[i*CODE_BITS+:CODE_BITS];
      reg [MANTISSA-1:0] mantissa;
      reg [OCTAVE_BITS-1:0] octave;
      reg none;
      always @(posedge clk)
        if (ce) begin
          mantissa <= words[code[STEP_BITS-1:0]];
          octave <= code[CODE_BITS-1:STEP_BITS];
          none <= code == 0;
        end
      assign mantissas[i*MANTISSA+:MANTISSA] = mantissa;
      assign octaves[i*OCTAVE_BITS+:OCTAVE_BITS] = octave;
      assign nothing[i] = none;
    end
  endgenerate
endmodule
