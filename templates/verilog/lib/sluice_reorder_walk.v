// The read addresses of sluice_reorder: six nested loops of N0 (innermost) to N5 turns. When loop i steps and the
// loops inside it start again, the address moves by Ji; after the last beat of a frame it is at `next_base`.
module sluice_reorder_walk #(
    parameter AW = 4,
    parameter N0 = 1,
    parameter N1 = 1,
    parameter N2 = 1,
    parameter N3 = 1,
    parameter N4 = 1,
    parameter N5 = 1,
    parameter J0 = 1,
    parameter J1 = 0,
    parameter J2 = 0,
    parameter J3 = 0,
    parameter J4 = 0,
    parameter J5 = 0
) (
    input  wire          clk,
    input  wire          rst,
    input  wire          step,
    input  wire [AW-1:0] next_base,
    output reg  [AW-1:0] address,
    output wire          last
);
    wire [5:0] end_of_loop;
    assign last = &end_of_loop;

    genvar i;
    generate
        for (i = 0; i < 6; i = i + 1) begin : turn
            localparam N  = i == 0 ? N0 : i == 1 ? N1 : i == 2 ? N2 : i == 3 ? N3 : i == 4 ? N4 : N5;
            localparam CW = N > 1 ? $clog2(N) : 1;
            localparam [CW-1:0] TOP = N[CW-1:0] - 1'b1;
            if (N > 1) begin : counted
                reg [CW-1:0] count;
                wire         inner_done;
                if (i > 0) begin : outer
                    assign inner_done = &end_of_loop[i-1:0];
                end else begin : innermost
                    assign inner_done = 1'b1;
                end
                assign end_of_loop[i] = count == TOP;
                always @(posedge clk) begin
                    if (rst) count <= {CW{1'b0}};
                    else if (step && inner_done) count <= end_of_loop[i] ? {CW{1'b0}} : count + 1'b1;
                end
            end else begin : once
                assign end_of_loop[i] = 1'b1;
                wire unused = &{1'b0, TOP};
            end
        end
    endgenerate

    wire [AW-1:0] jump = !end_of_loop[0] ? J0[AW-1:0] : !end_of_loop[1] ? J1[AW-1:0] :
                         !end_of_loop[2] ? J2[AW-1:0] : !end_of_loop[3] ? J3[AW-1:0] :
                         !end_of_loop[4] ? J4[AW-1:0] : J5[AW-1:0];

    always @(posedge clk) begin
        if (rst) address <= {AW{1'b0}};
        else if (step) address <= last ? next_base : address + jump;
    end
endmodule
