/** The memories behind a design's AXI4 read masters: the host serves them between two cycles of the vector loop. */
import type { MemoryRead } from '../../kernels/cycles.ts';
import { AXI_PAGE } from '../../kernels/memory.ts';
import { MemoryAgent } from '../../kernels/memory-agent.ts';
import type { JobMemory, MemoryPort, RtlJob } from '../rtl.ts';
import type { Simulator } from './instance.ts';

/** What a master did. */
export interface ServedMemory {
  readonly reads: readonly MemoryRead[];
  readonly violations: readonly string[];
}

/** Connects the job's memory to the simulator. All of the simulator's memory must be allocated before. */
export function serveMemories(simulator: Simulator, job: RtlJob): readonly ServedMemory[] {
  const { memory } = job;
  if (!memory) return [];
  const ports = job.inputs.length + job.outputs.length;
  const served = memory.masters.map((port, m) => {
    const agent = new MemoryAgent(memory.plan, port.width, job.stall, ports + 2 * m);
    return new Served(simulator, memory, port, agent);
  });
  simulator.onCycle(() => {
    for (const s of served) s.cycle();
  });
  return served;
}

/** Violations that are told, per master. */
const SHOWN = 20;

class Served implements ServedMemory {
  readonly reads: MemoryRead[] = [];
  readonly violations: string[] = [];
  private readonly port: MemoryPort;
  private readonly image: Uint8Array;
  private readonly agent: MemoryAgent;
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  private readonly at: (signal: string) => number;
  private now = -1;
  private held: { readonly address: number; readonly len: number } | undefined;

  constructor(simulator: Simulator, { image }: JobMemory, port: MemoryPort, agent: MemoryAgent) {
    const { inputs, outputs } = simulator.layout;
    this.port = port;
    this.image = image;
    this.agent = agent;
    this.view = simulator.view();
    this.bytes = simulator.bytes();
    const places = new Map(
      'araddr arlen arsize arburst arvalid arready rdata rresp rlast rvalid rready'.split(' ').map((signal) => {
        const slot = (inputs[`${port.name}_${signal}`] ?? outputs[`${port.name}_${signal}`])?.address;
        if (slot === undefined) throw new Error(`wasm simulator: no port ${port.name}_${signal}`);
        return [signal, slot];
      }),
    );
    this.at = (signal) => places.get(signal) as number;
    for (const signal of ['arready', 'rvalid']) this.set(signal, 0);
  }

  /** The end of the last cycle and the start of the next. */
  cycle(): void {
    if (this.now >= 0) this.sample();
    this.now++;
    const { agent } = this;
    agent.drive();
    this.set('arready', agent.arready ? 1 : 0);
    this.set('rvalid', agent.rvalid ? 1 : 0);
    this.set('rresp', 0);
    this.set('rlast', agent.rvalid && agent.rlast ? 1 : 0);
    const at = this.at('rdata');
    const size = this.port.width / 8;
    // Between beats something that must not matter.
    if (agent.rvalid) this.bytes.set(this.image.subarray(agent.address, agent.address + size), at);
    else this.bytes.fill(0xa5, at, at + size);
  }

  private sample(): void {
    const valid = this.get('arvalid') !== 0;
    const [address, len] = [this.get('araddr'), this.get('arlen')];
    const { held, agent } = this;
    if (held && (!valid || held.address !== address || held.len !== len))
      this.violation('arvalid, araddr or arlen changed under stall');
    this.held = valid && !agent.arready ? { address, len } : undefined;
    const inside = valid && agent.arready && this.accept(address, len);
    agent.sample(inside, address, len, this.get('rready') !== 0);
  }

  /** Whether the memory can answer the burst. */
  private accept(address: number, len: number): boolean {
    const { base, bytes, width } = this.port;
    const size = width / 8;
    const end = address + (len + 1) * size;
    if (2 ** this.get('arsize') !== size || this.get('arburst') !== 1 || address % size !== 0)
      this.violation('a burst is not of whole beats');
    if (Math.floor(address / AXI_PAGE) !== Math.floor((end - 1) / AXI_PAGE))
      this.violation(`a burst crosses a border of ${AXI_PAGE} bytes`);
    this.reads.push({ cycle: this.now, address, beats: len + 1 });
    if (address >= base && end <= base + bytes) return true;
    this.violation(`a read of ${end - address} bytes at ${address} is outside its image`);
    return false;
  }

  private violation(what: string): void {
    if (this.violations.length < SHOWN) this.violations.push(`${this.port.name}: ${what}, cycle ${this.now}`);
  }

  private get(signal: string): number {
    return this.view.getUint32(this.at(signal), true);
  }

  private set(signal: string, value: number): void {
    this.view.setUint32(this.at(signal), value, true);
  }
}
