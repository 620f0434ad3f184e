/** From a netlist to a limb graph with its roots: what to store, and where, at each clock edge. */
import { isPart, type YosysNetlist } from '../../tools/elaborate.ts';
import type { YosysBit, YosysModule, YosysPort } from '../../tools/yosys.ts';
import { type Cell, viewOf } from './cell.ts';
import { COMBINATIONAL, type Lowering } from './cells.ts';
import { Graph } from './graph.ts';
import { Layout, type PortSlot } from './layout.ts';
import { type MemoryWrite, placeMemory, portBits, readMemory, sampledRead, writesOf } from './memory.ts';
import type { NodeId } from './node.ts';
import { lowerInOrder, type Unit } from './order.ts';
import { callPart } from './part.ts';
import { asyncInputs, clockedInputs, isFlipFlop, loadWord, nextOf, outputOf } from './registers.ts';
import { Signals } from './signal.ts';
import { constantWord, isNonZero, selectWord, type Word, zext } from './word.ts';

/** Flip-flops of one cell. */
export interface RegisterSlot extends PortSlot {
  readonly name: string;
}

/** `node` goes to `address` at the end of the cycle. */
export interface Store {
  readonly address: number;
  readonly node: NodeId;
}

export interface Lowered {
  readonly graph: Graph;
  readonly layout: Layout;
  readonly inputs: ReadonlyMap<string, PortSlot>;
  readonly outputs: ReadonlyMap<string, PortSlot>;
  /** All flip-flops of the design so far; memories are not among them. */
  readonly registers: readonly RegisterSlot[];
  /** Port values, then state. */
  readonly stores: readonly Store[];
  /** In this order, after all stores. */
  readonly writes: readonly MemoryWrite[];
  /** The input port that is its clock, if it has one. */
  readonly clock: string | undefined;
}

/** Cells that say something about the source and compute nothing. */
const SILENT: ReadonlySet<string> = new Set(['$scopeinfo']);

/**
 * Lowers a netlist with at most one clock, whose rising edge ends each cycle. Parts are given to `addPart` as soon as they
 * are lowered, each with a graph of its own: a large design's graphs are never there at once.
 */
export function lowerNetlist(netlist: YosysNetlist, addPart: (part: Lowered) => number): Lowered {
  const layout = new Layout();
  return new Lowerer(netlist, { ...emptyCode(), layout, registers: [], addPart }).lowerAlone();
}

/** What a function for one cycle does. */
interface Code {
  readonly graph: Graph;
  readonly stores: Store[];
  readonly writes: MemoryWrite[];
}

const emptyCode = (): Code => ({ graph: new Graph(), stores: [], writes: [] });

/** Where a module is lowered to: tables into the code of what they stand in, parts into code of their own. */
interface Design extends Code {
  readonly layout: Layout;
  readonly registers: RegisterSlot[];
  /** Gives the number of the part. */
  readonly addPart: (part: Lowered) => number;
}

/** What an instance gives to the module that it stands in. */
interface Instance extends Pick<Lowered, 'clock'> {
  readonly results: ReadonlyMap<string, Word>;
}

/** Lowers one module: the top, or an instance of a module that was kept: into the graph around it or, of a part, one of its own. */
class Lowerer {
  private readonly module: YosysModule;
  private readonly kept: YosysNetlist['kept'];
  private readonly design: Design;
  private readonly prefix: string;
  private readonly g: Graph;
  private readonly layout: Layout;
  private readonly signals: Signals;
  private readonly units: Unit[] = [];
  private readonly initial = new Map<YosysBit, string>();
  private clock: { readonly bit: YosysBit | undefined; readonly port: string | undefined } | undefined;

  /** `prefix`: of the names of its flip-flops. */
  constructor({ module, kept }: YosysNetlist, design: Design, prefix = '') {
    this.module = module;
    this.kept = kept;
    this.design = design;
    this.prefix = prefix;
    this.g = design.graph;
    this.layout = design.layout;
    this.signals = new Signals(design.graph);
    for (const net of Object.values(module.netnames)) {
      const init = net.attributes['init'];
      if (init === undefined) continue;
      for (const [i, bit] of net.bits.entries()) this.initial.set(bit, init[init.length - 1 - i] ?? 'x');
    }
  }

  /** The netlist as code of its own, its ports in memory. */
  lowerAlone(): Lowered {
    const inputs = new Map<string, PortSlot>();
    const outputs = new Map<string, PortSlot>();
    for (const [name, port] of Object.entries(this.module.ports)) {
      if (port.direction === 'inout') throw new Error(`wasm simulator: port ${name} is an inout`);
      const width = port.bits.length;
      const slot = { address: this.layout.register(width, 0n), width };
      if (port.direction === 'input') {
        inputs.set(name, slot);
        this.signals.drive(port.bits, loadWord(this.g, slot.address, width));
      } else {
        outputs.set(name, slot);
        this.root(name, port.bits, () => this.store(slot.address, zext(this.g, this.signals.read(port.bits), width)));
      }
    }
    this.lowerCells();
    const { graph, layout, registers, stores, writes } = this.design;
    return { graph, layout, registers, stores, writes, inputs, outputs, clock: this.clock?.port };
  }

  /** The netlist as part of the code around it. `input`: the word on an input port. */
  lowerInstance(input: (port: string) => Word): Instance {
    const results = new Map<string, Word>();
    for (const [name, { direction, bits }] of Object.entries(this.module.ports)) {
      if (direction === 'input') this.signals.drive(bits, input(name));
      else this.root(name, bits, () => results.set(name, zext(this.g, this.signals.read(bits), bits.length)));
    }
    this.lowerCells();
    return { results, clock: this.clock?.port };
  }

  private lowerCells(): void {
    for (const [name, cell] of Object.entries(this.module.cells)) this.addCell(viewOf(name, cell));
    lowerInOrder(this.units, (bit) => this.nameOf(bit));
  }

  private addCell(cell: Cell): void {
    const combinational = COMBINATIONAL[cell.type];
    if (combinational !== undefined) {
      this.addCombinational(cell, combinational);
    } else if (isFlipFlop(cell.type)) this.addFlipFlop(cell);
    else if (cell.type === '$mem_v2') this.addMemory(cell);
    else if (this.kept.has(cell.type)) this.addInstance(cell, this.kept.get(cell.type) as () => YosysNetlist);
    else if (!SILENT.has(cell.type)) {
      throw new Error(`wasm simulator: cell ${cell.name} has the type ${cell.type}, which is not supported`);
    }
  }

  private addCombinational(cell: Cell, lowering: Lowering): void {
    const inputs = ['A', 'B', 'S'].flatMap((port) => (cell.has(port) ? [...cell.bits(port)] : []));
    const outputs = cell.bits('Y');
    const lower = (): void => this.signals.drive(outputs, lowering(this.context(cell)));
    this.units.push({ name: cell.name, inputs, outputs, lower });
  }

  private context(cell: Cell) {
    return { g: this.g, memory: this.layout, cell, input: (port: string) => this.signals.read(cell.bits(port)) };
  }

  /** All its outputs wait for all its inputs, also where registers stand between: no instance may feed itself. */
  private addInstance(cell: Cell, netlist: () => YosysNetlist): void {
    const lower = (): void => {
      const { results, clock } = this.lowerKept(cell, netlist);
      if (clock !== undefined) this.useClock(cell, cell.bits(clock)[0], true);
      for (const [port, word] of results) this.signals.drive(cell.bits(port), word);
    };
    this.units.push({ name: cell.name, inputs: cell.all('input'), outputs: cell.all('output'), lower });
  }

  private lowerKept(cell: Cell, make: () => YosysNetlist): Instance {
    const input = (port: string): Word => this.signals.read(cell.bits(port));
    const prefix = `${this.prefix}${cell.name}.`;
    const instance = (): Instance | Lowered => {
      const netlist = make();
      if (!isPart(netlist)) return new Lowerer(netlist, this.design, prefix).lowerInstance(input);
      return new Lowerer(netlist, { ...this.design, ...emptyCode() }, prefix).lowerAlone();
    };
    const lowered = instance();
    if ('results' in lowered) return lowered;
    // The netlist is gone by now: compiling takes memory, too.
    return { results: callPart(this.g, lowered, this.design.addPart(lowered), input), clock: lowered.clock };
  }

  private addFlipFlop(cell: Cell): void {
    this.useClock(cell, cell.bits('CLK')[0], cell.flag('CLK_POLARITY'));
    const outputs = cell.bits('Q');
    const address = this.layout.register(outputs.length, this.initialOf(outputs));
    this.design.registers.push({ name: `${this.prefix}${cell.name}`, address, width: outputs.length });
    const stored = loadWord(this.g, address, outputs.length);
    const async = asyncInputs(cell);
    const drive = (): void => this.signals.drive(outputs, outputOf(this.context(cell), stored));
    if (async.length === 0) this.signals.drive(outputs, stored);
    else this.units.push({ name: cell.name, inputs: async, outputs, lower: drive });
    const inputs = [...clockedInputs(cell), ...async];
    this.root(cell.name, inputs, () => this.store(address, nextOf(this.context(cell), stored)));
  }

  private addMemory(cell: Cell): void {
    const memory = placeMemory(this.layout, cell);
    const ports = Array.from({ length: cell.number('RD_PORTS') }, (_, i) => i);
    const bus = (name: string, i: number, width: number): readonly YosysBit[] => portBits(cell, name, i, width);
    for (let i = 0; i < cell.number('WR_PORTS'); i++) {
      if (cell.digits('WR_CLK_ENABLE')[i] !== '1')
        throw new Error(`wasm simulator: memory ${cell.name} is written without a clock`);
      this.useClock(cell, bus('WR_CLK', i, 1)[0], cell.digits('WR_CLK_POLARITY')[i] === '1');
    }
    const clocked = ports.filter((i) => cell.digits('RD_CLK_ENABLE')[i] === '1');
    for (const i of ports) {
      if (clocked.includes(i)) continue;
      const inputs = bus('RD_ADDR', i, memory.abits);
      const outputs = bus('RD_DATA', i, memory.width);
      const read = (): Word => readMemory(this.g, memory, this.signals.read(inputs));
      this.units.push({ name: cell.name, inputs, outputs, lower: () => this.signals.drive(outputs, read()) });
    }
    const sampled = clocked.map((i) => this.clockedRead(cell, i, memory.width));
    const ofPorts = ['RD_ADDR', 'RD_EN', 'RD_SRST', 'WR_ADDR', 'WR_DATA', 'WR_EN'];
    const inputs = ofPorts.flatMap((port) => [...cell.bits(port)]);
    this.root(cell.name, inputs, () => {
      const writes = writesOf(this.g, this.signals, memory);
      this.design.writes.push(...writes);
      for (const store of sampled) store(sampledRead.bind(undefined, this.g, this.signals, memory), writes);
    });
  }

  /** Drives the output of a clocked read port; gives the function that stores what it samples. */
  private clockedRead(cell: Cell, i: number, width: number) {
    this.useClock(cell, portBits(cell, 'RD_CLK', i, 1)[0], cell.digits('RD_CLK_POLARITY')[i] === '1');
    const reset = portBits(cell, 'RD_ARST', i, 1)[0];
    if (typeof reset === 'number') throw new Error(`wasm simulator: memory ${cell.name} has an asynchronous reset`);
    const value = (parameter: string): bigint => {
      const digits = cell.digits(parameter).slice(i * width, (i + 1) * width);
      return BigInt(`0b0${[...digits].reverse().join('')}`);
    };
    const address = this.layout.register(width, value('RD_INIT_VALUE'));
    const stored = loadWord(this.g, address, width);
    this.signals.drive(portBits(cell, 'RD_DATA', i, width), stored);
    return (sample: (port: number, writes: readonly MemoryWrite[]) => Word, writes: readonly MemoryWrite[]): void => {
      const control = (port: string): NodeId => isNonZero(this.g, this.signals.read(portBits(cell, port, i, 1)));
      const enabled = (word: Word): Word => selectWord(this.g, control('RD_EN'), word, stored);
      const reset = (word: Word): Word =>
        selectWord(this.g, control('RD_SRST'), constantWord(this.g, value('RD_SRST_VALUE'), width), word);
      const data = sample(i, writes);
      const enableFirst = cell.digits('RD_CE_OVER_SRST')[i] === '1';
      this.store(address, zext(this.g, enableFirst ? enabled(reset(data)) : reset(enabled(data)), width));
    };
  }

  private root(name: string, inputs: readonly YosysBit[], lower: () => void): void {
    this.units.push({ name, inputs, outputs: [], lower });
  }

  private store(address: number, word: Word): void {
    for (const [i, node] of word.limbs.entries()) this.design.stores.push({ address: address + i * 8, node });
  }

  private useClock(cell: Cell, bit: YosysBit | undefined, rising: boolean): void {
    this.clock ??= { bit, port: this.inputPort(bit) };
    if (bit !== this.clock.bit || this.clock.port === undefined) {
      throw new Error(`wasm simulator: cell ${cell.name} is not on the design's one clock input`);
    }
    if (!rising) throw new Error(`wasm simulator: cell ${cell.name} uses the falling edge of the clock`);
  }

  /** The input port of one bit that is this net. */
  private inputPort(bit: YosysBit | undefined): string | undefined {
    if (typeof bit !== 'number') return undefined;
    const isBit = ({ direction, bits }: YosysPort): boolean =>
      direction === 'input' && bits.length === 1 && bits[0] === bit;
    return Object.entries(this.module.ports).find(([, port]) => isBit(port))?.[0];
  }

  private initialOf(bits: readonly YosysBit[]): bigint {
    const digits = bits.map((bit) => (this.initial.get(bit) === '1' ? '1' : '0')).reverse();
    return BigInt(`0b${digits.join('')}`);
  }

  private nameOf(bit: YosysBit): string {
    for (const [name, net] of Object.entries(this.module.netnames)) {
      const at = net.bits.indexOf(bit);
      if (at >= 0) return net.bits.length === 1 ? name : `${name}[${at}]`;
    }
    return `#${bit}`;
  }
}
