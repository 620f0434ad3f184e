// One register stage between AXI4-Stream ports, frames of three beats, with a fault of choice.
module faulty_stage #(
    parameter FAULT = 0
) (
    input  wire       aclk,
    input  wire       aresetn,
    input  wire [7:0] s_tdata,
    input  wire       s_tvalid,
    output wire       s_tready,
    output wire [7:0] m_tdata,
    output wire       m_tvalid,
    input  wire       m_tready,
    output wire       m_tlast
);
    localparam DROP = 1, CHANGE = 2, LAST = 3, UNKNOWN = 4, EXTRA = 5, HANG = 6, NO_RESET = 7;

    reg       full;
    reg [7:0] data;
    reg [1:0] beat;
    reg [7:0] seen;
    reg       tick;
    reg [7:0] never;

    assign s_tready = (!full || (m_tready && m_tvalid)) && !(FAULT == HANG && seen == 8'd5);
    assign m_tvalid = (full && !(FAULT == DROP && tick)) || (FAULT == EXTRA && seen == 8'd9);
    assign m_tdata  = FAULT == CHANGE ? data ^ {7'd0, tick} : FAULT == UNKNOWN ? {data[7:1], never[0]} : data;
    assign m_tlast  = beat == (FAULT == LAST ? 2'd1 : 2'd2);

    always @(posedge aclk) begin
        tick <= !tick;
        if (s_tvalid && s_tready) begin
            full <= 1'b1;
            data <= s_tdata;
            seen <= seen + 8'd1;
        end else if (m_tready && m_tvalid) begin
            full <= 1'b0;
        end
        if (m_tvalid && m_tready) beat <= beat == 2'd2 ? 2'd0 : beat + 2'd1;
        if (!aresetn) begin
            full <= 1'b0;
            seen <= 8'd0;
            tick <= 1'b0;
            if (FAULT != NO_RESET) beat <= 2'd0;
        end
    end
endmodule
