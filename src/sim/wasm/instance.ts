/** A running simulator: an instance of a compiled design, with typed access to its memory. */
import { HOST_DIV } from './arith.ts';
import type { ModuleLayout } from './compile.ts';
import { instantiateModule, type WasmMemory, type WasmModule } from './engine.ts';

export interface Simulator {
  readonly layout: ModuleLayout;
  /** One clock cycle. */
  step(): void;
  run(budget: number): number;
  /** Calls `cycle` at the start of each cycle of `run`, in a design with ports that the host drives. */
  onCycle(cycle: () => void): void;
  /** Sets an input port. */
  set(port: string, value: bigint): void;
  /** An output port as it settled in the last cycle, before the clock edge. */
  get(port: string): bigint;
  /** Makes `bytes` more memory available; gives its address. */
  grow(bytes: number): number;
  /** A fresh view: views die when memory grows. */
  bytes(): Uint8Array;
  view(): DataView;
}

/** Starts a design in its initial state. `modules`: the design, then its parts. */
export async function instantiate([design, ...parts]: readonly WasmModule[], layout: ModuleLayout): Promise<Simulator> {
  let cycle = (): void => {};
  const steps: (() => void)[] = [];
  const host = {
    divide: (address: number, kind: number) => divide(memory, address, kind),
    part: (number: number) => (steps[number] as () => void)(),
    cycle: () => cycle(),
  };
  const instance = await instantiateModule(design as WasmModule, { host });
  const { step, run } = instance.exports;
  const memory = instance.exports['memory'] as WasmMemory;
  for (const part of parts) {
    const { exports } = await instantiateModule(part, { host: { ...host, memory } });
    steps.push(exports['step'] as () => void);
  }
  const slot = (ports: ModuleLayout['inputs'], name: string) => {
    const found = ports[name];
    if (found === undefined) throw new Error(`wasm simulator: no port ${name}`);
    return found;
  };
  let end = layout.end;
  return {
    layout,
    step: step as () => void,
    run: run as (budget: number) => number,
    onCycle: (call) => {
      cycle = call;
    },
    set: (port, value) => {
      const { address, width } = slot(layout.inputs, port);
      writeNumber(memory, address, Math.ceil(width / 64), BigInt.asUintN(width, value));
    },
    get: (port) => {
      const { address, width } = slot(layout.outputs, port);
      return readNumber(memory, address, Math.ceil(width / 64));
    },
    grow: (bytes) => {
      const address = Math.ceil(end / 8) * 8;
      end = address + bytes;
      const missing = Math.ceil((end - memory.buffer.byteLength) / 65536);
      if (missing > 0) memory.grow(missing);
      return address;
    },
    bytes: () => new Uint8Array(memory.buffer),
    view: () => new DataView(memory.buffer),
  };
}

function readNumber(memory: WasmMemory, address: number, limbs: number): bigint {
  const view = new DataView(memory.buffer);
  let value = 0n;
  for (let i = limbs - 1; i >= 0; i--) value = (value << 64n) | view.getBigUint64(address + i * 8, true);
  return value;
}

function writeNumber(memory: WasmMemory, address: number, limbs: number, value: bigint): void {
  const view = new DataView(memory.buffer);
  for (let i = 0; i < limbs; i++) view.setBigUint64(address + i * 8, BigInt.asUintN(64, value >> BigInt(i * 64)), true);
}

/** Division of numbers wider than a limb; a zero divisor gives 0. */
function divide(memory: WasmMemory, address: number, packed: number): void {
  const limbs = packed % 65536;
  const kind = Math.floor(packed / 65536);
  const signed = kind === HOST_DIV.divs || kind === HOST_DIV.rems;
  const operand = (index: number): bigint => {
    const value = readNumber(memory, address + index * limbs * 8, limbs);
    return signed ? BigInt.asIntN(limbs * 64, value) : value;
  };
  const [a, b] = [operand(0), operand(1)];
  const quotient = kind === HOST_DIV.divu || kind === HOST_DIV.divs;
  const result = b === 0n ? 0n : quotient ? a / b : a % b;
  writeNumber(memory, address + 2 * limbs * 8, limbs, BigInt.asUintN(limbs * 64, result));
}
