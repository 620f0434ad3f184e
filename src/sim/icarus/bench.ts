import { stallSeed, stallThreshold } from '../../kernels/stall.ts';
import type { RtlJob, StreamPort } from '../rtl.ts';

/** The harness modules that the bench instantiates, by their paths in the package. */
export const BENCH_SOURCES = ['sim/rtl/sluice_tb_source.v', 'sim/rtl/sluice_tb_sink.v', 'sim/rtl/sluice_tb_control.v'];

export const BENCH_TOP = 'sluice_bench';

/** A bench around the job's design: one source or sink per port, traces on standard output. */
export function benchText(job: RtlJob, vectorFile: (input: number) => string): string {
  const ends = [
    ...job.inputs.map(({ port, beats }, i) =>
      end(job, 'source', port, i, i, beats.length / (port.width / 8), vectorFile(i)),
    ),
    ...job.outputs.map((port, j) =>
      end(job, 'sink', port, j, job.inputs.length + j, job.frames * port.beatsPerFrame, ''),
    ),
  ];
  const names = [...job.inputs.map((i) => i.port.name), ...job.outputs.map((o) => o.name)];
  const all = (signal: string, ports: readonly string[]): string =>
    ports.length === 0 ? "1'b1" : ports.map((name) => `${name}_${signal}`).join(' && ');
  const hookup = names.flatMap((name) =>
    ['tdata', 'tvalid', 'tready', 'tlast'].map((s) => `        .${name}_${s}(${name}_${s})`),
  );
  return `\`timescale 1ns / 1ps
module ${BENCH_TOP};
    wire aclk, aresetn, trace;
    wire [31:0] cycle;
${ends.join('\n')}
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
        .failed(${names.map((name) => `${name}_errors != 0`).join(' || ')})
    );
endmodule
`;
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
