/** The two files of `sim/rtl/driver.cpp`: vectors in, traces out. Little-endian 64-bit words; bytes padded to words. */
import { invariant } from '../../diag/diagnostic.ts';
import { creditStep } from '../../kernels/memory-agent.ts';
import { stallSeed, stallThreshold } from '../../kernels/stall.ts';
import type { MemoryPort, RtlJob, RtlResult, StreamPort } from '../rtl.ts';

/**
 * Stall threshold, idle limit, seed; per input: generator seed, beats, data; per output: generator seed, beats. With read
 * masters: latency, credit per cycle, bytes of the image, the image; per master: two generator seeds.
 */
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
  if (job.memory) {
    const { masters, image, plan } = job.memory;
    const ports = job.inputs.length + job.outputs.length;
    word(plan.latency);
    word(creditStep(plan));
    word(image.length);
    parts.push(Buffer.from(image), Buffer.alloc((8 - (image.length % 8)) % 8));
    masters.forEach((_, m) => {
      word(stallSeed(job.stall, ports + 2 * m));
      word(stallSeed(job.stall, ports + 2 * m + 1));
    });
  }
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
  const reads = (job.memory?.masters ?? []).map(() => {
    const [cycles, addresses, beats] = [doubles(), doubles(), doubles()];
    return Array.from(cycles, (cycle, i) => ({ cycle, address: addresses[i] as number, beats: beats[i] as number }));
  });
  const violations = Buffer.from(block()).toString('utf8').split('\n').filter(Boolean);
  return { outputs, inputCycles, reads, totalCycles, hung, violations };
}

/** `ports.hpp`: where Verilator keeps the design's ports. */
export function portsHeader(
  inputs: readonly StreamPort[],
  outputs: readonly StreamPort[],
  masters: readonly MemoryPort[],
): string {
  const row = (p: StreamPort): string =>
    `        {"${p.name}", &top.${p.name}_tdata, sizeof top.${p.name}_tdata, ${p.width / 8}, &top.${p.name}_tvalid, ` +
    `&top.${p.name}_tready, &top.${p.name}_tlast, ${p.beatsPerFrame}},`;
  const memory = (p: MemoryPort): string => {
    const at = (signal: string): string => `&top.${p.name}_${signal}`;
    const [address, answer] = [
      ['araddr', 'arlen', 'arsize', 'arburst', 'arvalid', 'arready'],
      ['rresp', 'rlast', 'rvalid', 'rready'],
    ];
    const data = `${at('rdata')}, sizeof top.${p.name}_rdata, ${p.width / 8}`;
    return `        {"${p.name}", ${[...address.map(at), data, ...answer.map(at), p.base, p.bytes].join(', ')}},`;
  };
  const list = (name: string, ports: readonly StreamPort[]): string[] => [
    `static std::vector<Port> ${name}(Vtop& top) {`,
    '    return {',
    ...ports.map(row),
    '    };',
    '}',
  ];
  const memories = [
    'static std::vector<MemoryPort> memoryPorts(Vtop& top) {',
    '    (void)top;',
    '    return {',
    ...masters.map(memory),
    '    };',
    '}',
  ];
  return `${[...list('inputPorts', inputs), ...list('outputPorts', outputs), ...memories].join('\n')}\n`;
}
