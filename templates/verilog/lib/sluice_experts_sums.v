// Two banks of TOKENS * ROWS sums: one is summed into while the other, a whole frame, is given out in order.
// A token that no expert took is given as zeros. A bank is given back with the handshake of its last beat.
module sluice_experts_sums #(
    parameter TOKENS  = 4,
    parameter ROWS    = 2,
    parameter WIDTH   = 8,
    parameter AW      = 4,
    parameter TOKEN_W = 2,
    parameter ROW_W   = 1
) (
    input  wire              clk,
    input  wire              rst,
    input  wire [TOKENS-1:0] touched0,
    input  wire [TOKENS-1:0] touched1,
    input  wire              go,
    input  wire              go_bank,
    input  wire              read,
    input  wire              read_bank,
    input  wire [AW-1:0]     read_at,
    input  wire              read_from,
    output wire [WIDTH-1:0]  read_data,
    input  wire              write,
    input  wire              write_bank,
    input  wire [AW-1:0]     write_at,
    input  wire [WIDTH-1:0]  write_data,
    output wire              given,
    output wire              given_bank,
    output wire [WIDTH-1:0]  out_data,
    output reg               out_valid,
    input  wire              out_ready
);
    localparam DEPTH = TOKENS * ROWS;
    localparam [31:0] ROW_END = ROWS - 1;
    localparam [31:0] TOKEN_END = TOKENS - 1;

    reg [1:0]         whole;   // banks that hold a whole frame
    reg               bank;    // the one that is given out
    reg [TOKEN_W-1:0] token;
    reg [ROW_W-1:0]   row;
    reg [AW-1:0]      at;
    reg               from;
    reg               zero;
    reg               last;

    wire ce = !out_valid || out_ready;
    wire give = ce && whole[bank];
    wire row_end = row == ROW_END[ROW_W-1:0];
    wire frame_end = row_end && token == TOKEN_END[TOKEN_W-1:0];
    assign given = out_valid && out_ready && last;
    assign given_bank = from;

    reg [WIDTH-1:0] sums0 [0:DEPTH-1];
    reg [WIDTH-1:0] sums1 [0:DEPTH-1];
    reg [WIDTH-1:0] word0;
    reg [WIDTH-1:0] word1;
    wire take0 = read && !read_bank;
    wire take1 = read && read_bank;
    always @(posedge clk) begin
        if (write && !write_bank) sums0[write_at] <= write_data;
        if (take0 || (give && !bank)) word0 <= sums0[take0 ? read_at : at];
    end
    always @(posedge clk) begin
        if (write && write_bank) sums1[write_at] <= write_data;
        if (take1 || (give && bank)) word1 <= sums1[take1 ? read_at : at];
    end
    assign read_data = read_from ? word1 : word0;
    assign out_data = zero ? {WIDTH{1'b0}} : from ? word1 : word0;

    always @(posedge clk) begin
        if (give) begin
            from <= bank;
            zero <= !(bank ? touched1[token] : touched0[token]);
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            whole     <= 2'b00;
            bank      <= 1'b0;
            token     <= {TOKEN_W{1'b0}};
            row       <= {ROW_W{1'b0}};
            at        <= {AW{1'b0}};
            out_valid <= 1'b0;
            last      <= 1'b0;
        end else begin
            if (go) whole[go_bank] <= 1'b1;
            if (ce) out_valid <= give;
            if (give) begin
                last <= frame_end;
                row  <= row_end ? {ROW_W{1'b0}} : row + 1'b1;
                if (row_end) token <= frame_end ? {TOKEN_W{1'b0}} : token + 1'b1;
                at   <= frame_end ? {AW{1'b0}} : at + 1'b1;
                if (frame_end) begin
                    whole[bank] <= 1'b0;
                    bank        <= !bank;
                end
            end
        end
    end
endmodule
