// Where the beats from the memory go: words of the part `up`, then its scales, then words of `down`, then its biases.
//
// A word of a region takes its SLICES beats; parts alternate, and so do the two banks of each.
module sluice_experts_fill #(
    parameter WORDS         = 4,
    parameter UP_SLICES     = 1,
    parameter SCALES        = 4,
    parameter SCALE_SLICES  = 1,
    parameter DOWN_SLICES   = 1,
    parameter BIASES        = 0,
    parameter BIAS_SLICES   = 1,
    parameter SLICE_W       = 1,
    parameter WORD_W        = 2
) (
    input  wire               clk,
    input  wire               rst,
    input  wire               valid,
    // One bit per region: the beat is of that one.
    output wire [3:0]         region,
    output reg  [SLICE_W-1:0] slice,
    output reg  [WORD_W-1:0]  word,
    output wire               bank,
    output wire               up_done,
    output wire               down_done
);
    localparam WORDS_VALUE = WORDS - 1;
    localparam SCALES_VALUE = SCALES - 1;
    localparam BIASES_VALUE = BIASES > 0 ? BIASES - 1 : 0;
    localparam [31:0] UP_END = UP_SLICES - 1;
    localparam [31:0] SCALE_END = SCALE_SLICES - 1;
    localparam [31:0] DOWN_END = DOWN_SLICES - 1;
    localparam [31:0] BIAS_END = BIAS_SLICES - 1;

    reg part;
    reg second;
    reg up_bank;
    reg down_bank;

    assign region = {part && second, part && !second, !part && second, !part && !second};
    assign bank = part ? down_bank : up_bank;
    wire [SLICE_W-1:0] slice_end = part ? (second ? BIAS_END[SLICE_W-1:0] : DOWN_END[SLICE_W-1:0])
                                        : (second ? SCALE_END[SLICE_W-1:0] : UP_END[SLICE_W-1:0]);
    wire [WORD_W-1:0] word_end = !second ? WORDS_VALUE[WORD_W-1:0]
                                         : part ? BIASES_VALUE[WORD_W-1:0] : SCALES_VALUE[WORD_W-1:0];
    wire last_slice = slice == slice_end;
    wire region_done = valid && last_slice && word == word_end;
    wire part_done = region_done && (second || (part && BIASES == 0));
    assign up_done = part_done && !part;
    assign down_done = part_done && part;

    always @(posedge clk) begin
        if (rst) begin
            part      <= 1'b0;
            second    <= 1'b0;
            slice     <= {SLICE_W{1'b0}};
            word      <= {WORD_W{1'b0}};
            up_bank   <= 1'b0;
            down_bank <= 1'b0;
        end else if (valid) begin
            slice <= last_slice ? {SLICE_W{1'b0}} : slice + 1'b1;
            if (last_slice) word <= region_done ? {WORD_W{1'b0}} : word + 1'b1;
            if (region_done) second <= !part_done;
            if (part_done) part <= !part;
            if (up_done) up_bank <= !up_bank;
            if (down_done) down_bank <= !down_bank;
        end
    end
endmodule
