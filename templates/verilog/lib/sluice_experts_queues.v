// Routes to jobs: one queue per expert and a queue of the experts that have one, for two frames at a time.
//
// A route is {expert, gate}. The queues of a frame are linked lists in one memory of TOKENS * K entries, so that any
// distribution fits: all tokens may go to one expert. `wanted` has a bit per expert that has a queue; the walk goes
// through them in index order and through each queue in the order of its routes, and offers one job per entry, then one
// that ends the frame. An expert beyond the last is dropped; a gate above one (2^(GATE_W - 1)) counts as one.
module sluice_experts_queues #(
    parameter TOKENS  = 4,
    parameter K       = 2,
    parameter EXPERTS = 4,
    parameter CODE_W  = 12,
    parameter GATE_W  = 9,
    parameter TOKEN_W = 2
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire [CODE_W-1:0]    in_data,
    input  wire                 in_valid,
    output wire                 in_ready,
    // Per bank: the experts that are wanted; `routed` pulses when a bank's frame is complete.
    output wire [2*EXPERTS-1:0] wanted,
    output wire                 routed,
    // Per bank: the frame's vectors are there as well.
    input  wire [1:0]           stored,
    output reg                  job_valid,
    output reg  [TOKEN_W-1:0]   job_token,
    output reg  [GATE_W-1:0]    job_gate,
    output reg                  job_first,
    output reg                  job_last,
    output reg                  job_end,
    input  wire                 job_take
);
    localparam ENTRIES = TOKENS * K;
    localparam IW      = $clog2(2 * ENTRIES);
    localparam EW      = EXPERTS > 1 ? $clog2(EXPERTS) : 1;
    localparam HW      = EW + 1;
    // The code, extended so that it has at least the bits of an expert.
    localparam NAME_W  = CODE_W - GATE_W > EW ? CODE_W - GATE_W : EW;
    localparam WIDE_W  = GATE_W + NAME_W;
    localparam KW      = K > 1 ? $clog2(K) : 1;
    localparam SECOND_VALUE = ENTRIES;
    localparam END_VALUE    = 2 * ENTRIES - 1;
    localparam [31:0] K_END = K - 1;
    localparam [31:0] TOKEN_END = TOKENS - 1;
    localparam [31:0] EXPERT_COUNT = EXPERTS;
    localparam [IW-1:0] SECOND  = SECOND_VALUE[IW-1:0];
    localparam [IW-1:0] END     = END_VALUE[IW-1:0];

    // Appending.
    wire [WIDE_W+CODE_W-1:0] code = {{WIDE_W{1'b0}}, in_data};
    wire [NAME_W-1:0] name   = code[WIDE_W-1:GATE_W];
    wire [EW-1:0]     expert = name[EW-1:0];
    wire              known  = {{32{1'b0}}, name} < {{NAME_W{1'b0}}, EXPERT_COUNT};
    wire [GATE_W-1:0] gate   = code[GATE_W-1] ? {1'b1, {(GATE_W-1){1'b0}}} : code[GATE_W-1:0];
    wire unused_code = &{1'b0, code[WIDE_W+CODE_W-1:WIDE_W]};

    reg [1:0]         full;
    reg               bank;
    reg [IW-1:0]      at;
    reg [KW-1:0]      nth;
    reg [TOKEN_W-1:0] token;
    reg [EXPERTS-1:0] wanted0;
    reg [EXPERTS-1:0] wanted1;
    reg [IW-1:0]      heads [0:(2<<EW)-1];
    reg [IW-1:0]      tails [0:(2<<EW)-1];
    reg [TOKEN_W+GATE_W-1:0] entries [0:2*ENTRIES-1];
    reg [IW-1:0]      nexts [0:2*ENTRIES-1];

    assign in_ready = !full[bank];
    assign wanted   = {wanted1, wanted0};
    wire          accept  = in_valid && in_ready;
    wire          append  = accept && known;
    wire          last    = at == END || at == SECOND - 1'b1;
    wire [HW-1:0] slot    = {bank, expert};
    wire [EXPERTS-1:0] current = bank ? wanted1 : wanted0;
    wire          queued  = current[expert];
    wire [IW-1:0] tail = tails[slot];
    assign routed = accept && last;

    always @(posedge clk) begin
        if (append) begin
            entries[at] <= {token, gate};
            tails[slot] <= at;
            if (!queued) heads[slot] <= at;
            if (queued) nexts[tail] <= at;
        end
    end

    // Walking.
    localparam WAIT = 2'd0;
    localparam PICK = 2'd1;
    localparam READ = 2'd2;
    localparam EMIT = 2'd3;
    reg [1:0]         state;
    reg               walk;
    reg [EXPERTS-1:0] mask;
    reg [IW-1:0]      pointer;
    reg [IW-1:0]      stop;
    reg               fresh;
    reg [TOKEN_W+GATE_W-1:0] entry;
    reg [IW-1:0]      next;
    reg [EW-1:0]      lowest;
    wire [HW-1:0]     chosen = {walk, lowest};
    wire              free   = !job_valid || job_take;
    wire              ends   = job_take && job_end;
    reg               leaving;  // bank of the frame whose jobs are being taken

    integer i;
    always @* begin
        lowest = {EW{1'b0}};
        for (i = EXPERTS - 1; i >= 0; i = i - 1) if (mask[i]) lowest = i[EW-1:0];
    end

    always @(posedge clk) begin
        if (state == READ) begin
            entry <= entries[pointer];
            next  <= nexts[pointer];
        end
        if (state == PICK) begin
            pointer <= heads[chosen];
            stop    <= tails[chosen];
            fresh   <= 1'b1;
        end
        if (state == EMIT && free) begin
            {job_token, job_gate} <= entry;
            job_first <= fresh;
            job_last  <= pointer == stop;
            fresh     <= 1'b0;
            pointer   <= next;
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            full      <= 2'b00;
            bank      <= 1'b0;
            at        <= {IW{1'b0}};
            nth       <= {KW{1'b0}};
            token     <= {TOKEN_W{1'b0}};
            wanted0   <= {EXPERTS{1'b0}};
            wanted1   <= {EXPERTS{1'b0}};
            state     <= WAIT;
            walk      <= 1'b0;
            mask      <= {EXPERTS{1'b0}};
            leaving   <= 1'b0;
            job_valid <= 1'b0;
            job_end   <= 1'b0;
        end else begin
            if (accept) begin
                at  <= at == END ? {IW{1'b0}} : at + 1'b1;
                nth <= nth == K_END[KW-1:0] ? {KW{1'b0}} : nth + 1'b1;
                if (nth == K_END[KW-1:0])
                    token <= token == TOKEN_END[TOKEN_W-1:0] ? {TOKEN_W{1'b0}} : token + 1'b1;
                if (last) begin
                    full[bank] <= 1'b1;
                    bank       <= !bank;
                end
            end
            if (append && !bank) wanted0[expert] <= 1'b1;
            if (append && bank) wanted1[expert] <= 1'b1;
            // The end of a frame's jobs frees its bank.
            if (ends) begin
                full[leaving] <= 1'b0;
                leaving       <= !leaving;
                if (leaving) wanted1 <= {EXPERTS{1'b0}};
                else wanted0 <= {EXPERTS{1'b0}};
            end
            if (job_take) job_valid <= 1'b0;
            case (state)
                WAIT:
                    if (full[walk] && stored[walk]) begin
                        mask  <= walk ? wanted1 : wanted0;
                        state <= PICK;
                    end
                PICK:
                    if (mask != {EXPERTS{1'b0}}) begin
                        mask  <= mask & (mask - 1'b1);
                        state <= READ;
                    end else if (free) begin
                        job_valid <= 1'b1;
                        job_end   <= 1'b1;
                        walk      <= !walk;
                        state     <= WAIT;
                    end
                READ: state <= EMIT;
                default:
                    if (free) begin
                        job_valid <= 1'b1;
                        job_end   <= 1'b0;
                        state     <= pointer == stop ? PICK : READ;
                    end
            endcase
        end
    end
endmodule
