// Codes of a row on their way out of a softmax: mantissas, times the row's reciprocal, shifted by DROP and the octaves
// below the largest, rounded half up. Three registers, which move with ce; the caller's store has the first stage.
module sluice_softmax_out #(
    parameter PE          = 1,
    parameter CODE_BITS   = 10,
    parameter STEP_BITS   = 5,
    parameter MANTISSA    = 12,
    parameter Q_BITS      = 12,
    parameter DROP        = 10,
    parameter N_W         = 5,
    parameter OUT_W       = 9,
    parameter TABLE       = ""
) (
    input  wire                           clk,
    input  wire                           ce,
    input  wire [PE*CODE_BITS-1:0]        codes,
    input  wire [CODE_BITS-STEP_BITS-1:0] top,
    input  wire [Q_BITS-1:0]              share,
    output wire [PE*OUT_W-1:0]            out_data
);
  localparam OCTAVE_BITS = CODE_BITS - STEP_BITS;
  localparam P_W = MANTISSA + Q_BITS;
  localparam integer BASE = DROP;

  wire [PE*MANTISSA-1:0] mantissas;
  wire [PE*OCTAVE_BITS-1:0] octaves;
  wire [PE-1:0] nothing;
  sluice_exp #(
      .LANES(PE), .CODE_BITS(CODE_BITS), .STEP_BITS(STEP_BITS), .MANTISSA(MANTISSA), .TABLE(TABLE)
  ) exponentials (
      .clk(clk), .ce(ce), .codes(codes), .mantissas(mantissas), .octaves(octaves), .nothing(nothing)
  );
  reg [OCTAVE_BITS-1:0] top_q;
  reg [Q_BITS-1:0] share_q;
  always @(posedge clk) if (ce) begin
    top_q <= top;
    share_q <= share;
  end

  genvar p;
  generate
    for (p = 0; p < PE; p = p + 1) begin : lane
      wire [OCTAVE_BITS-1:0] below = top_q - octaves[p*OCTAVE_BITS+:OCTAVE_BITS];
      wire [N_W+OCTAVE_BITS-1:0] below_wide = {{N_W{1'b0}}, below};
      wire [P_W-1:0] share_wide = {{MANTISSA{1'b0}}, share_q};
      wire [P_W-1:0] mantissa_wide = {{Q_BITS{1'b0}}, mantissas[p*MANTISSA+:MANTISSA]};
      reg [P_W-1:0] product;
      reg [N_W-1:0] n;
      wire [P_W-1:0] shifted;
      reg [OUT_W-1:0] y;
      sluice_round_shift #(.SIGNED(0), .BITS(P_W), .N_BITS(N_W)) shifter (.x(product), .n(n), .y(shifted));
      wire [P_W+OUT_W-1:0] shifted_wide = {{OUT_W{1'b0}}, shifted};
      always @(posedge clk) if (ce) begin
        product <= share_wide * mantissa_wide;
        n <= below_wide[N_W-1:0] + BASE[N_W-1:0];
        y <= shifted_wide[OUT_W-1:0];
      end
      assign out_data[p*OUT_W+:OUT_W] = y;
      wire unused = &{1'b0, below_wide, shifted_wide};
    end
  endgenerate
  wire unused = &{1'b0, nothing};
endmodule
