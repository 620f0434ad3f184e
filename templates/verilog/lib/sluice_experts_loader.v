// Reads the weights of the experts that a frame wants, each once, in index order: the part `up`, then the part `down`.
//
// AXI4 read master: bursts of at most BURST beats, which begin at multiples of their size. The next part is asked for as
// soon as one of the two banks of its kind is free, also across frames, so that weights of the next expert arrive while
// this one computes. Space is reserved before it is asked for: rready is always high.
// The image: EXPERTS times UP_SPAN + DOWN_SPAN beats, of which UP_BEATS and DOWN_BEATS are read.
module sluice_experts_loader #(
    parameter EXPERTS     = 4,
    parameter BASE        = 0,
    parameter BEAT_BYTES  = 16,
    parameter BURST       = 16,
    parameter UP_BEATS    = 16,
    parameter DOWN_BEATS  = 16,
    parameter UP_SPAN     = 16,
    parameter DOWN_SPAN   = 16
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire [2*EXPERTS-1:0] wanted,
    input  wire                 routed,
    // A bank of this kind is free again.
    input  wire                 up_free,
    input  wire                 down_free,
    output reg  [31:0]          araddr,
    output reg  [7:0]           arlen,
    output reg                  arvalid,
    input  wire                 arready
);
    localparam EW = EXPERTS > 1 ? $clog2(EXPERTS) : 1;
    localparam LONGEST = UP_BEATS > DOWN_BEATS ? UP_BEATS : DOWN_BEATS;
    localparam BW = $clog2(LONGEST + 1);
    localparam [31:0] STRIDE = (UP_SPAN + DOWN_SPAN) * BEAT_BYTES;
    localparam [31:0] OFFSET = UP_SPAN * BEAT_BYTES;
    localparam [31:0] STEP = BURST * BEAT_BYTES;
    localparam [31:0] FIRST = BASE;
    localparam UP_VALUE = UP_BEATS;
    localparam DOWN_VALUE = DOWN_BEATS;
    localparam BURST_VALUE = BURST;
    localparam [BW-1:0] UP_COUNT = UP_VALUE[BW-1:0];
    localparam [BW-1:0] DOWN_COUNT = DOWN_VALUE[BW-1:0];

    localparam WAIT  = 2'd0;
    localparam PICK  = 2'd1;
    localparam SPACE = 2'd2;
    localparam ASK   = 2'd3;

    reg [1:0]         state;
    reg [1:0]         ready;    // banks whose frame is complete and not yet asked for
    reg               arriving;
    reg               bank;
    reg [EXPERTS-1:0] mask;
    reg [EW-1:0]      lowest;
    reg [31:0]        address;  // of the expert
    reg               part;
    reg [1:0]         up_held;
    reg [1:0]         down_held;
    reg [BW-1:0]      left;     // beats of the part that are not asked for yet

    integer i;
    always @* begin
        lowest = {EW{1'b0}};
        for (i = EXPERTS - 1; i >= 0; i = i - 1) if (mask[i]) lowest = i[EW-1:0];
    end

    wire        space  = part ? down_held != 2'd2 : up_held != 2'd2;
    wire        grant  = state == SPACE && space;
    wire [BW-1:0] todo = state == SPACE ? (part ? DOWN_COUNT : UP_COUNT) : left;
    // The next burst, and what is left after it.
    wire [BW+31:0] long  = {{32{1'b0}}, todo};
    wire           whole = long[31:0] > BURST_VALUE;
    wire [BW+31:0] burst = whole ? {{BW{1'b0}}, BURST_VALUE[31:0]} : long;
    wire [BW+31:0] rest  = long - burst;
    wire [BW+31:0] len   = burst - 1'b1;
    wire unused = &{1'b0, rest[BW+31:BW], len[BW+31:8], long[BW+31:32]};

    always @(posedge clk) begin
        if (rst) begin
            state     <= WAIT;
            ready     <= 2'b00;
            arriving  <= 1'b0;
            bank      <= 1'b0;
            mask      <= {EXPERTS{1'b0}};
            part      <= 1'b0;
            up_held   <= 2'd0;
            down_held <= 2'd0;
            arvalid   <= 1'b0;
        end else begin
            if (routed) begin
                ready[arriving] <= 1'b1;
                arriving        <= !arriving;
            end
            up_held   <= up_held + {1'b0, grant && !part} - {1'b0, up_free};
            down_held <= down_held + {1'b0, grant && part} - {1'b0, down_free};
            case (state)
                WAIT:
                    if (ready[bank]) begin
                        mask  <= bank ? wanted[2*EXPERTS-1:EXPERTS] : wanted[EXPERTS-1:0];
                        state <= PICK;
                    end
                PICK:
                    if (mask == {EXPERTS{1'b0}}) begin
                        ready[bank] <= 1'b0;
                        bank        <= !bank;
                        state       <= WAIT;
                    end else begin
                        mask    <= mask & (mask - 1'b1);
                        part    <= 1'b0;
                        state   <= SPACE;
                    end
                SPACE:
                    if (space) begin
                        arvalid <= 1'b1;
                        state   <= ASK;
                    end
                default:
                    if (arready && left == {BW{1'b0}}) begin
                        arvalid <= 1'b0;
                        part    <= 1'b1;
                        state   <= part ? PICK : SPACE;
                    end
            endcase
        end
    end

    always @(posedge clk) begin
        if (state == PICK) address <= FIRST + STRIDE * {{(32-EW){1'b0}}, lowest};
        if (grant || (state == ASK && arready)) begin
            araddr <= grant ? (part ? address + OFFSET : address) : araddr + STEP;
            arlen  <= len[7:0];
            left   <= rest[BW-1:0];
        end
    end
endmodule
