// Of every BEATS beats passes on FIRST to LAST, one beat taken per cycle, one stage.
module sluice_slice #(
    parameter BEATS    = 2,
    parameter FIRST    = 0,
    parameter LAST     = 0,
    parameter LANES    = 1,
    parameter IN_BITS  = 8,
    parameter IN_KIND  = 1,
    parameter OUT_BITS = 8,
    parameter OUT_KIND = 1
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
    localparam CW = BEATS > 1 ? $clog2(BEATS) : 1;
    localparam [CW-1:0] END   = BEATS[CW-1:0] - 1'b1;
    localparam [CW-1:0] OPEN  = FIRST[CW-1:0];
    localparam [CW-1:0] CLOSE = LAST[CW-1:0];

    wire [LANES*OUT_BITS-1:0] element;
    sluice_cast #(
        .LANES(LANES), .IN_BITS(IN_BITS), .IN_KIND(IN_KIND), .OUT_BITS(OUT_BITS), .OUT_KIND(OUT_KIND)
    ) cast (.in_data(in_data), .out_data(element));

    reg [CW-1:0] beat;
    reg          taking;

    wire ce   = !out_valid || out_ready;
    wire fire = ce && in_valid;
    // `taking` says it for all beats but the first of the part.
    wire kept = taking || beat == OPEN;

    assign in_ready = ce;

    always @(posedge clk) if (fire && kept) out_data <= element;

    always @(posedge clk) begin
        if (rst) begin
            beat      <= {CW{1'b0}};
            taking    <= 1'b0;
            out_valid <= 1'b0;
        end else begin
            if (ce) out_valid <= in_valid && kept;
            if (fire) begin
                beat <= beat == END ? {CW{1'b0}} : beat + 1'b1;
                if (kept) taking <= beat != CLOSE;
            end
        end
    end
endmodule
