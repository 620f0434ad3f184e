// Gives CONSTANT beats of a ROM, then the rest of BEATS beats from the input; one beat per cycle, one stage.
// The first constant beat of a frame waits until the frame's first beat is there: nothing comes out for a frame that has
// not begun.
module sluice_insert #(
    parameter BEATS     = 2,
    parameter CONSTANT  = 1,
    parameter LANES     = 1,
    parameter IN_BITS   = 8,
    parameter IN_KIND   = 1,
    parameter OUT_BITS  = 8,
    parameter OUT_KIND  = 1,
    parameter ROWS_FILE = ""
) (
    input  wire                      clk,
    input  wire                      rst,
    input  wire [LANES*IN_BITS-1:0]  in_data,
    input  wire                      in_valid,
    output wire                      in_ready,
    output reg  [LANES*OUT_BITS-1:0] out_data,
    output reg                       out_valid,
    input  wire                      out_ready
);
    localparam CW = $clog2(BEATS);
    localparam RW = CONSTANT > 1 ? $clog2(CONSTANT) : 1;
    localparam [CW-1:0] LAST          = BEATS[CW-1:0] - 1'b1;
    localparam [CW-1:0] LAST_CONSTANT = CONSTANT[CW-1:0] - 1'b1;

    reg [LANES*OUT_BITS-1:0] rom [0:CONSTANT-1];
    generate
        if (ROWS_FILE != "") begin : load
            initial $readmemh(ROWS_FILE, rom);
        end
    endgenerate

    wire [LANES*OUT_BITS-1:0] element;
    sluice_cast #(
        .LANES(LANES), .IN_BITS(IN_BITS), .IN_KIND(IN_KIND), .OUT_BITS(OUT_BITS), .OUT_KIND(OUT_KIND)
    ) cast (.in_data(in_data), .out_data(element));

    reg [CW-1:0] beat;
    reg          streaming;
    reg          first;

    wire ce   = !out_valid || out_ready;
    wire fire = ce && (in_valid || !(streaming || first));

    assign in_ready = ce && streaming;

    always @(posedge clk) if (fire) out_data <= streaming ? element : rom[beat[RW-1:0]];

    always @(posedge clk) begin
        if (rst) begin
            beat      <= {CW{1'b0}};
            streaming <= 1'b0;
            first     <= 1'b1;
            out_valid <= 1'b0;
        end else begin
            if (ce) out_valid <= fire;
            if (fire) begin
                beat  <= beat == LAST ? {CW{1'b0}} : beat + 1'b1;
                first <= beat == LAST;
                if (beat == LAST_CONSTANT) streaming <= 1'b1;
                if (beat == LAST) streaming <= 1'b0;
            end
        end
    end
endmodule
