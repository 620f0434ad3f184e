// The beats of a frame over and over, TOTAL of them from its BEATS: a circular store of one frame.
//
// In the first pass a beat leaves the cycle after it has come, at the earliest; in the last BEATS reads of a frame each
// read frees a place. The next frame begins in the place that is freed first, which is where reading goes on: so frames
// follow without a gap where the next one comes early enough. TOTAL >= BEATS. in_ready is a register; one output register.
module sluice_replay #(
    parameter WIDTH = 8,
    parameter BEATS = 4,
    parameter TOTAL = 9
) (
    input  wire             clk,
    input  wire             rst,
    input  wire [WIDTH-1:0] in_data,
    input  wire             in_valid,
    output wire             in_ready,
    output wire [WIDTH-1:0] out_data,
    output reg              out_valid,
    input  wire             out_ready
);
  localparam AT_BITS = BEATS > 1 ? $clog2(BEATS) : 1;
  localparam COUNT_BITS = $clog2(BEATS + 1);
  localparam N_BITS = TOTAL > 1 ? $clog2(TOTAL) : 1;
  localparam [31:0] AT_END = BEATS - 1;
  localparam [31:0] ROOM = BEATS;
  localparam [31:0] N_END = TOTAL - 1;
  localparam [31:0] FREES_FROM = TOTAL - BEATS;
  // The last write of a frame is followed by the place that the frame's last pass begins with.
  localparam [31:0] JUMP = 1 + TOTAL % BEATS;

  reg [WIDTH-1:0] store[0:BEATS-1];
  reg [WIDTH-1:0] data;
  reg [AT_BITS-1:0] write_at;
  reg [AT_BITS-1:0] written;
  reg [AT_BITS-1:0] read_at;
  reg [N_BITS-1:0] n;
  // Places that are empty, and beats that have not been read yet.
  reg [COUNT_BITS-1:0] places;
  reg [COUNT_BITS-1:0] unread;
  reg first_pass;
  reg last_pass;
  reg has_place;

  assign in_ready = has_place;
  assign out_data = data;
  wire ce = !out_valid || out_ready;
  wire write = in_valid && has_place;
  wire read = ce && (!first_pass || unread != 0);
  wire consumes = read && first_pass;
  wire frees = read && last_pass;
  wire last_n = n == N_END[N_BITS-1:0];
  wire [N_BITS-1:0] n_next = last_n ? {N_BITS{1'b0}} : n + 1'b1;
  wire last_at = read_at == AT_END[AT_BITS-1:0];
  wire [COUNT_BITS-1:0] one = {{(COUNT_BITS - 1) {1'b0}}, 1'b1};
  wire [COUNT_BITS-1:0] places_next = frees == write ? places : frees ? places + one : places - one;

  wire last_write = written == AT_END[AT_BITS-1:0];
  wire [AT_BITS:0] write_sum = {1'b0, write_at} + (last_write ? JUMP[AT_BITS:0] : {{AT_BITS{1'b0}}, 1'b1});
  wire [AT_BITS:0] write_over = write_sum - ROOM[AT_BITS:0];

  always @(posedge clk) begin
    if (write) store[write_at] <= in_data;
    if (ce) data <= store[read_at];
  end

  // The first pass of a frame is its first BEATS reads, the last one its last BEATS; they may be the same or overlap.
  reg [AT_BITS-1:0] pass_left;
  always @(posedge clk)
    if (rst) begin
      write_at <= 0;
      written <= 0;
      read_at <= 0;
      n <= 0;
      pass_left <= AT_END[AT_BITS-1:0];
      places <= ROOM[COUNT_BITS-1:0];
      has_place <= 1'b1;
      unread <= 0;
      first_pass <= 1'b1;
      last_pass <= FREES_FROM == 0;
      out_valid <= 1'b0;
    end else begin
      if (ce) out_valid <= read;
      if (write) begin
        write_at <= write_sum >= ROOM[AT_BITS:0] ? write_over[AT_BITS-1:0] : write_sum[AT_BITS-1:0];
        written <= last_write ? 0 : written + 1'b1;
      end
      places <= places_next;
      has_place <= places_next != 0;
      if (write && !consumes) unread <= unread + one;
      if (consumes && !write) unread <= unread - one;
      if (read) begin
        read_at <= last_at ? 0 : read_at + 1'b1;
        n <= n_next;
        pass_left <= last_n ? AT_END[AT_BITS-1:0] : pass_left == 0 ? 0 : pass_left - 1'b1;
        first_pass <= last_n || (first_pass && pass_left != 0);
        last_pass <= last_n ? FREES_FROM == 0 : last_pass || n_next == FREES_FROM[N_BITS-1:0];
      end
    end
  wire unused_over = write_over[AT_BITS];
endmodule
