// Permutes each frame of BEATS beats through two banks of memory: one is written in order while the other is read by
// the walk. A bank changes hands in the cycle after its last beat; one output register.
module sluice_reorder #(
    parameter LANES    = 1,
    parameter IN_BITS  = 8,
    parameter IN_KIND  = 1,
    parameter OUT_BITS = 8,
    parameter OUT_KIND = 1,
    parameter BEATS = 4,
    parameter N0    = 2,
    parameter N1    = 2,
    parameter N2    = 1,
    parameter N3    = 1,
    parameter N4    = 1,
    parameter N5    = 1,
    parameter J0    = 2,
    parameter J1    = -1,
    parameter J2    = 0,
    parameter J3    = 0,
    parameter J4    = 0,
    parameter J5    = 0
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
    localparam WIDTH = LANES * OUT_BITS;
    localparam DEPTH = 2 * BEATS;
    localparam AW    = $clog2(DEPTH);
    localparam SECOND_VALUE = BEATS;
    localparam END_VALUE    = DEPTH - 1;
    localparam [AW-1:0] SECOND = SECOND_VALUE[AW-1:0];
    localparam [AW-1:0] END    = END_VALUE[AW-1:0];

    wire [WIDTH-1:0] element;
    sluice_cast #(
        .LANES(LANES), .IN_BITS(IN_BITS), .IN_KIND(IN_KIND), .OUT_BITS(OUT_BITS), .OUT_KIND(OUT_KIND)
    ) cast (.in_data(in_data), .out_data(element));

    reg [WIDTH-1:0] mem [0:DEPTH-1];
    reg [1:0]       full;
    reg             write_bank;
    reg             read_bank;
    reg [AW-1:0]    write_at;

    wire [AW-1:0] read_at;
    wire          last_read;

    wire ce         = !out_valid || out_ready;
    wire write      = in_valid && in_ready;
    wire read       = ce && full[read_bank];
    wire last_write = write_at == END || write_at == SECOND - 1'b1;

    assign in_ready = !full[write_bank];

    sluice_reorder_walk #(
        .AW(AW),
        .N0(N0), .N1(N1), .N2(N2), .N3(N3), .N4(N4), .N5(N5),
        .J0(J0), .J1(J1), .J2(J2), .J3(J3), .J4(J4), .J5(J5)
    ) walk (
        .clk(clk),
        .rst(rst),
        .step(read),
        .next_base(read_bank ? {AW{1'b0}} : SECOND),
        .address(read_at),
        .last(last_read)
    );

    always @(posedge clk) begin
        if (write) mem[write_at] <= element;
        if (read) out_data <= mem[read_at];
    end

    always @(posedge clk) begin
        if (rst) begin
            full       <= 2'b00;
            write_bank <= 1'b0;
            read_bank  <= 1'b0;
            write_at   <= {AW{1'b0}};
            out_valid  <= 1'b0;
        end else begin
            if (ce) out_valid <= read;
            if (write) begin
                write_at <= write_at == END ? {AW{1'b0}} : write_at + 1'b1;
                if (last_write) begin
                    full[write_bank] <= 1'b1;
                    write_bank       <= !write_bank;
                end
            end
            if (read && last_read) begin
                full[read_bank] <= 1'b0;
                read_bank       <= !read_bank;
            end
        end
    end
endmodule
