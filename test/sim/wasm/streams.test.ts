/** The vector loop: handshakes, stalls, cycles and protocol checks on small hand-written designs. */
import { describe, expect, it } from 'vitest';
import type { RtlJob, RtlResult } from '../../../src/sim/rtl.ts';
import { simulateWasm } from '../../../src/sim/wasm/index.ts';

/** Sums the bytes of each frame of four beats, behind a skid buffer; one 32-bit beat per frame. */
const ACCUMULATOR = `
module skid #(parameter W = 8) (input aclk, input aresetn,
  input [W-1:0] in_data, input in_valid, output in_ready, output [W-1:0] out_data, output out_valid, input out_ready);
  reg [W-1:0] held; reg full;
  assign in_ready = !full;
  assign out_valid = full || in_valid;
  assign out_data = full ? held : in_data;
  always @(posedge aclk)
    if (!aresetn) full <= 0;
    else if (in_valid && in_ready && !out_ready) begin full <= 1; held <= in_data; end
    else if (out_ready) full <= 0;
endmodule
module top(input aclk, input aresetn,
  input [71:0] s_axis_tdata, input s_axis_tvalid, output s_axis_tready, input s_axis_tlast,
  output [31:0] m_axis_tdata, output reg m_axis_tvalid, input m_axis_tready, output m_axis_tlast);
  wire [72:0] beat; wire valid; wire ready = !m_axis_tvalid || m_axis_tready;
  skid #(.W(73)) s (.aclk(aclk), .aresetn(aresetn), .in_data({s_axis_tlast, s_axis_tdata}), .in_valid(s_axis_tvalid),
    .in_ready(s_axis_tready), .out_data(beat), .out_valid(valid), .out_ready(ready));
  reg [31:0] sum, result; integer i; reg [31:0] next;
  always @* begin next = sum; for (i = 0; i < 9; i = i + 1) next = next + beat[8*i +: 8]; end
  assign m_axis_tdata = result; assign m_axis_tlast = 1;
  always @(posedge aclk)
    if (!aresetn) begin sum <= 0; m_axis_tvalid <= 0; end
    else begin
      if (m_axis_tready) m_axis_tvalid <= 0;
      if (valid && ready) begin
        sum <= beat[72] ? 0 : next;
        if (beat[72]) begin result <= next; m_axis_tvalid <= 1; end
      end
    end
endmodule`;

const FRAMES = 200;
/** Cycles that a run goes on for from the last beat on. */
const DRAIN = 64;
const BEATS = Uint8Array.from({ length: FRAMES * 4 * 9 }, (_, i) => (i * 7919 + (i >> 3)) % 251);

function job(source: string, probability: number, change: Partial<RtlJob> = {}): RtlJob {
  return {
    top: 'top',
    files: new Map([['top.v', source]]),
    inputs: [{ port: { name: 's_axis', width: 72, beatsPerFrame: 4 }, beats: BEATS }],
    outputs: [{ name: 'm_axis', width: 32, beatsPerFrame: 1 }],
    frames: FRAMES,
    stall: { probability, seed: 5 },
    idleLimit: 100,
    ...change,
  };
}

function expectSums(result: RtlResult): void {
  const sums = Array.from({ length: FRAMES }, (_, f) => BEATS.slice(f * 36, f * 36 + 36).reduce((a, b) => a + b, 0));
  const beats = result.outputs[0]?.beats ?? new Uint8Array();
  expect([...new Uint32Array(beats.slice().buffer)]).toEqual(sums);
}

describe('the vector loop', () => {
  it('without stalls takes a beat per cycle and reports the cycle of each handshake', async () => {
    const result = await simulateWasm(job(ACCUMULATOR, 0));
    expectSums(result);
    expect([...(result.inputCycles[0] ?? [])]).toEqual(Array.from({ length: FRAMES * 4 }, (_, i) => i));
    expect([...(result.outputs[0]?.cycles ?? [])]).toEqual(Array.from({ length: FRAMES }, (_, i) => i * 4 + 4));
    expect(result).toMatchObject({ totalCycles: FRAMES * 4 + DRAIN, hung: false, violations: [] });
  });

  it('with stalls gives the same beats, later, and the same run for the same seed', async () => {
    const result = await simulateWasm(job(ACCUMULATOR, 0.4));
    expectSums(result);
    expect(result).toMatchObject({ hung: false, violations: [] });
    // A beat needs 1 / 0.6 cycles on average at the least.
    expect(result.totalCycles).toBeGreaterThan(FRAMES * 4 * 1.5);
    expect(await simulateWasm(job(ACCUMULATOR, 0.4))).toEqual(result);
    const other = await simulateWasm(job(ACCUMULATOR, 0.4, { stall: { probability: 0.4, seed: 6 } }));
    expectSums(other);
    expect(other.totalCycles).not.toBe(result.totalCycles);
  });

  it('reports a hang with what came out before it', async () => {
    const short = ACCUMULATOR.replace('m_axis_tvalid <= 1;', 'm_axis_tvalid <= next != 0;');
    const beats = BEATS.slice().fill(0, 36 * 3);
    const inputs = [{ port: { name: 's_axis', width: 72, beatsPerFrame: 4 }, beats }];
    const result = await simulateWasm(job(short, 0, { inputs }));
    expect(result.hung).toBe(true);
    expect(result.outputs[0]?.cycles.length).toBe(3);
    expect(result.totalCycles).toBe(FRAMES * 4 + 100);
  });

  it('finds breaches of the protocol under stall', async () => {
    const dropped = ACCUMULATOR.replace('if (m_axis_tready) m_axis_tvalid', 'm_axis_tvalid');
    expect((await simulateWasm(job(dropped, 0.4))).violations.join()).toMatch(/m_axis: tvalid fell .*cycle \d+/);
    const changed = ACCUMULATOR.replace('= result;', '= result ^ s_axis_tvalid;');
    expect((await simulateWasm(job(changed, 0.4))).violations.join()).toContain('tdata changed');
    const last = ACCUMULATOR.replace('m_axis_tlast = 1', 'm_axis_tlast = s_axis_tvalid');
    const found = (await simulateWasm(job(last, 0.4))).violations.join();
    expect(found).toContain('tlast changed');
    expect(found).toContain('tlast does not mark');
  });

  it('goes on until the input is taken, too, and says where it never is', async () => {
    // The sum comes with the first beat, three beats before the frame has ended.
    const early = ACCUMULATOR.replace('sum <= beat[72] ? 0 : next;', 'sum <= !beat[72];').replace(
      'if (beat[72]) begin',
      'if (sum == 0 && !beat[72]) begin',
    );
    const result = await simulateWasm(job(early, 0));
    expect(result.outputs[0]?.cycles.at(-1)).toBe((FRAMES - 1) * 4 + 1);
    expect(result.inputCycles[0]?.at(-1)).toBe(FRAMES * 4 - 1);
    expect(result).toMatchObject({ hung: false, violations: [] });

    const all = `(s_axis_tvalid && s_axis_tready && s_axis_tlast ? frames + 1 : frames)`;
    const deaf = early
      .replace('reg [31:0] sum, result;', `reg [31:0] sum, result; reg [31:0] frames = 0;`)
      .replace('always @(posedge aclk)\n    if (!aresetn) begin sum', `always @(posedge aclk) frames <= ${all};\n$&`)
      .replace('.in_ready(s_axis_tready)', '.in_ready(open)')
      .replace('wire valid;', `wire valid; wire open; assign s_axis_tready = open && frames < ${FRAMES - 1};`);
    const refused = await simulateWasm(job(deaf, 0));
    expect(refused).toMatchObject({ hung: false, violations: ['s_axis: 4 beats were never taken'] });
  });

  it('finds a beat that comes behind the last', async () => {
    const count = 'if (count == 20) m_axis_tvalid <= 1; count <= beat[72] && valid ? 0 : count + 1;';
    const echo = ACCUMULATOR.replace('reg [31:0] sum, result;', 'reg [31:0] sum, result, count;').replace(
      'if (m_axis_tready) m_axis_tvalid <= 0;',
      `if (m_axis_tready) m_axis_tvalid <= 0; ${count}`,
    );
    const result = await simulateWasm(job(echo, 0));
    expect(result.violations.join()).toMatch(/^m_axis: more beats than expected \(cycle 8\d\d\)$/);
  });

  it('names a stream port that the design does not have', async () => {
    const outputs = [{ name: 'm_axis', width: 40, beatsPerFrame: 1 }];
    await expect(simulateWasm(job(ACCUMULATOR, 0, { outputs }))).rejects.toThrow('m_axis_tdata has 32 bits, not 40');
    const missing = [{ name: 'n_axis', width: 32, beatsPerFrame: 1 }];
    await expect(simulateWasm(job(ACCUMULATOR, 0, { outputs: missing }))).rejects.toThrow('no output n_axis_tdata');
  });
});
