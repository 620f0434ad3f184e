import { creditStep } from '../../kernels/memory-agent.ts';
import { stallSeed, stallThreshold } from '../../kernels/stall.ts';
import type { JobMemory, RtlJob, StreamPort } from '../rtl.ts';

/** The harness modules that the bench instantiates, by their paths in the package. */
export const BENCH_SOURCES = ['source', 'sink', 'memory', 'control'].map((f) => `sim/rtl/sluice_tb_${f}.v`);

export const BENCH_TOP = 'sluice_bench';

/** A bench around the job's design: one source or sink per port, traces on standard output. */
export function benchText(
  job: RtlJob,
  vectorFile: (input: number) => string,
  imageFile: (master: number) => string,
): string {
  const masters = job.memory?.masters ?? [];
  const ends = [
    ...job.inputs.map(({ port, beats }, i) =>
      end(job, 'source', port, i, i, beats.length / (port.width / 8), vectorFile(i)),
    ),
    ...job.outputs.map((port, j) =>
      end(job, 'sink', port, j, job.inputs.length + j, job.frames * port.beatsPerFrame, ''),
    ),
  ];
  const memories = job.memory ? masters.map((_, m) => memory(job, job.memory as JobMemory, m, imageFile(m))) : [];
  const names = [...job.inputs.map((i) => i.port.name), ...job.outputs.map((o) => o.name)];
  const all = (signal: string, ports: readonly string[]): string =>
    ports.length === 0 ? "1'b1" : ports.map((name) => `${name}_${signal}`).join(' && ');
  const wires = (name: string, signals: readonly string[]): string[] =>
    signals.map((s) => `        .${name}_${s}(${name}_${s})`);
  const hookup = [
    ...names.flatMap((name) => wires(name, ['tdata', 'tvalid', 'tready', 'tlast'])),
    ...masters.flatMap(({ name }) => wires(name, MASTER_SIGNALS)),
    ...(job.quiet ?? []).map((name) => `        .${name}(1'b0)`),
  ];
  return `\`timescale 1ns / 1ps
module ${BENCH_TOP};
    wire aclk, aresetn, trace;
    wire [31:0] cycle;
${[...ends, ...memories].join('\n')}
    ${job.top} dut (
        .aclk(aclk),
        .aresetn(aresetn),
${hookup.join(',\n')}
    );
    sluice_tb_control #(.IDLE_LIMIT(${job.idleLimit})) control (
        .aclk(aclk), .aresetn(aresetn), .trace(trace), .cycle(cycle),
        .moved(${names.map((name) => `${name}_moved`).join(' || ')}),
        .inputs_done(${all(
          'done',
          job.inputs.map((i) => i.port.name),
        )}),
        .outputs_done(${all(
          'done',
          job.outputs.map((o) => o.name),
        )}),
        .failed(${[...names, ...masters.map((m) => m.name)].map((name) => `${name}_errors != 0`).join(' || ')})
    );
endmodule
`;
}

const MASTER_SIGNALS = 'araddr arlen arsize arburst arvalid arready rdata rresp rlast rvalid rready'.split(' ');

function memory(job: RtlJob, { masters, plan }: JobMemory, index: number, file: string): string {
  const master = masters[index];
  if (!master) return '';
  const { name: n, width, base, bytes } = master;
  const ports = job.inputs.length + job.outputs.length;
  const seeds = [0, 1].map((g) => `32'd${stallSeed(job.stall, ports + 2 * index + g)}`);
  return `
    wire [31:0] ${n}_araddr, ${n}_errors;
    wire [7:0] ${n}_arlen;
    wire [2:0] ${n}_arsize;
    wire [1:0] ${n}_arburst, ${n}_rresp;
    wire [${width - 1}:0] ${n}_rdata;
    wire ${n}_arvalid, ${n}_arready, ${n}_rlast, ${n}_rvalid, ${n}_rready;
    sluice_tb_memory #(
        .WIDTH(${width}), .BASE(${base}), .BYTES(${bytes}), .LATENCY(${plan.latency}), .STEP(${creditStep(plan)}),
        .FILE("${file}"), .NAME("${n}"), .INDEX(${index}), .THRESHOLD(${stallThreshold(job.stall)}),
        .SEED_AR(${seeds[0]}), .SEED_R(${seeds[1]})
    ) ${n}_memory (
        .aclk(aclk), .aresetn(aresetn), .trace(trace), .cycle(cycle), .errors(${n}_errors),
${MASTER_SIGNALS.map((s) => `        .${s}(${n}_${s})`).join(',\n')}
    );`;
}

function end(
  job: RtlJob,
  kind: 'source' | 'sink',
  port: StreamPort,
  index: number,
  generator: number,
  beats: number,
  file: string,
): string {
  const n = port.name;
  const check = kind === 'sink' ? '.CHECK(0), ' : '';
  return `
    wire [${port.width - 1}:0] ${n}_tdata;
    wire ${n}_tvalid, ${n}_tready, ${n}_tlast, ${n}_moved, ${n}_done;
    wire [31:0] ${n}_errors;
    sluice_tb_${kind} #(
        .WIDTH(${port.width}), .BEATS(${beats}), .FRAME_BEATS(${port.beatsPerFrame}), ${check}.FILE("${file}"),
        .NAME("${n}"), .INDEX(${index}), .THRESHOLD(${stallThreshold(job.stall)}),
        .SEED(32'd${stallSeed(job.stall, generator)})
    ) ${n}_${kind} (
        .aclk(aclk), .aresetn(aresetn), .trace(trace), .cycle(cycle),
        .tdata(${n}_tdata), .tvalid(${n}_tvalid), .tready(${n}_tready), .tlast(${n}_tlast),
        .moved(${n}_moved), .done(${n}_done), .errors(${n}_errors)
    );`;
}
