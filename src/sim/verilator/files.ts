/** The two files of `sim/rtl/driver.cpp`: vectors in, traces out. Little-endian 64-bit words; bytes padded to words. */
import { invariant } from '../../diag/diagnostic.ts';
import { stallSeed, stallThreshold } from '../../kernels/stall.ts';
import type { RtlJob, RtlResult, StreamPort } from '../rtl.ts';

/** Stall threshold, idle limit, seed; per input: generator seed, beats, data; per output: generator seed, beats. */
export function encodeVectors(job: RtlJob): Uint8Array {
  const parts: Buffer[] = [];
  const word = (v: number): void => {
    const b = Buffer.alloc(8);
    b.writeBigUInt64LE(BigInt(v));
    parts.push(b);
  };
  word(stallThreshold(job.stall));
  word(job.idleLimit);
  word(job.stall.seed >>> 0);
  job.inputs.forEach(({ port, beats }, i) => {
    word(stallSeed(job.stall, i));
    word(beats.length / (port.width / 8));
    parts.push(Buffer.from(beats), Buffer.alloc((8 - (beats.length % 8)) % 8));
  });
  job.outputs.forEach((port, j) => {
    word(stallSeed(job.stall, job.inputs.length + j));
    word(job.frames * port.beatsPerFrame);
  });
  return Buffer.concat(parts);
}

export function decodeTrace(bytes: Buffer, job: RtlJob): RtlResult {
  let at = 0;
  const word = (): number => {
    invariant(at + 8 <= bytes.length, 'the trace ends early');
    at += 8;
    return Number(bytes.readBigUInt64LE(at - 8));
  };
  const doubles = (): Float64Array => {
    const n = word();
    invariant(at + 8 * n <= bytes.length, 'the trace ends early');
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) out[i] = bytes.readDoubleLE(at + 8 * i);
    at += 8 * n;
    return out;
  };
  const block = (): Uint8Array => {
    const n = word();
    invariant(at + n <= bytes.length, 'the trace ends early');
    const out = Uint8Array.from(bytes.subarray(at, at + n));
    at += 8 * Math.ceil(n / 8);
    return out;
  };
  const totalCycles = word();
  const hung = word() !== 0;
  const inputCycles = job.inputs.map(doubles);
  const outputs = job.outputs.map(() => ({ cycles: doubles(), beats: block() }));
  const violations = Buffer.from(block()).toString('utf8').split('\n').filter(Boolean);
  return { outputs, inputCycles, totalCycles, hung, violations };
}

/** `ports.hpp`: where Verilator keeps the design's ports. */
export function portsHeader(inputs: readonly StreamPort[], outputs: readonly StreamPort[]): string {
  const row = (p: StreamPort): string =>
    `        {"${p.name}", &top.${p.name}_tdata, sizeof top.${p.name}_tdata, ${p.width / 8}, &top.${p.name}_tvalid, ` +
    `&top.${p.name}_tready, &top.${p.name}_tlast, ${p.beatsPerFrame}},`;
  const list = (name: string, ports: readonly StreamPort[]): string[] => [
    `static std::vector<Port> ${name}(Vtop& top) {`,
    '    return {',
    ...ports.map(row),
    '    };',
    '}',
  ];
  return `${[...list('inputPorts', inputs), ...list('outputPorts', outputs)].join('\n')}\n`;
}
