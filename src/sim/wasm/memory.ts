/** Memories ($mem_v2): read ports, write ports and initial content. */
import type { YosysBit } from '../../tools/yosys.ts';
import type { Cell } from './cell.ts';
import { type Graph, LIMB } from './graph.ts';
import type { Layout } from './layout.ts';
import type { NodeId } from './node.ts';
import type { Signals } from './signal.ts';
import { anyBit, limbCount, mapLimbs, topBits, type Word, zext } from './word.ts';

/** A memory in linear memory. Words of up to 64 bits are stored in 1, 2, 4 or 8 bytes, longer ones in limbs. */
export interface Memory {
  readonly cell: Cell;
  readonly width: number;
  readonly abits: number;
  /** Words, and the address of the first one. */
  readonly size: number;
  readonly offset: number;
  readonly address: number;
  /** Bytes per word. */
  readonly stride: number;
}

/** A write at the clock edge, in the order of the ports. */
export interface MemoryWrite {
  readonly memory: Memory;
  /** 0 or 1. */
  readonly enable: NodeId;
  /** Byte offset of the word. */
  readonly at: NodeId;
  /** Exact limbs. */
  readonly data: readonly NodeId[];
  /** Bits to write, exact limbs; undefined where all are written. */
  readonly mask: readonly NodeId[] | undefined;
}

export function placeMemory(layout: Layout, cell: Cell): Memory {
  const width = cell.number('WIDTH');
  const size = cell.number('SIZE');
  const bytes = Math.ceil(width / 8);
  const stride = [1, 2, 4].find((candidate) => bytes <= candidate) ?? limbCount(width) * 8;
  const address = layout.bytes(size * stride);
  const memory = { cell, width, size, stride, address, abits: cell.number('ABITS'), offset: cell.number('OFFSET') };
  const data = initialContent(memory);
  if (data.length > 0) layout.segments.push({ address, data });
  return memory;
}

function initialContent({ cell, width, size, stride }: Memory): Uint8Array {
  const digits = cell.digits('INIT');
  const data = new Uint8Array(size * stride);
  let used = 0;
  for (let i = 0; i < Math.min(digits.length, size * width); i++) {
    if (digits.charCodeAt(i) !== 49) continue;
    const bit = i % width;
    const at = Math.floor(i / width) * stride + (bit >> 3);
    data[at] = (data[at] ?? 0) | (1 << (bit & 7));
    used = Math.max(used, at + 1);
  }
  return data.subarray(0, used);
}

/** The part of a port's bus that belongs to port `index`. */
export function portBits(cell: Cell, bus: string, index: number, width: number): readonly YosysBit[] {
  return cell.bits(bus).slice(index * width, (index + 1) * width);
}

interface Place {
  readonly at: NodeId;
  /** 1 where the address is inside the memory. */
  readonly inside: NodeId;
}

/** Reading outside the memory gives x in Verilog: here, 0. */
export function readMemory(g: Graph, memory: Memory, address: Word): Word {
  const { at, inside } = placeOf(g, memory, address);
  const size = memory.stride < 8 ? (memory.stride as 1 | 2 | 4) : 8;
  const limbs = Array.from({ length: limbCount(memory.width) }, (_, i) => {
    const bits = i + 1 < limbCount(memory.width) ? LIMB : topBits(memory.width);
    return g.select(inside, g.peek(memory.address + i * 8, size, at, [], bits), g.zero);
  });
  return { width: memory.width, limbs };
}

function placeOf(g: Graph, memory: Memory, address: Word): Place {
  const exact = zext(g, address, address.width);
  const high = g.reduce('or', exact.limbs.slice(1), g.zero);
  const index = g.op('sub', exact.limbs[0] ?? g.zero, g.constant(BigInt(memory.offset)));
  const covered = memory.offset === 0 && address.width <= 32 && 2 ** address.width <= memory.size;
  const below = covered ? g.one : g.op('ltu', index, g.constant(BigInt(memory.size)));
  const inside = g.op('and', below, g.isZero(high));
  const at = g.op('mul', g.select(inside, index, g.zero), g.constant(BigInt(memory.stride)));
  return { at, inside };
}

export function writesOf(g: Graph, signals: Signals, memory: Memory): MemoryWrite[] {
  const { cell, width, abits } = memory;
  return Array.from({ length: cell.number('WR_PORTS') }, (_, port) => {
    const enableBits = portBits(cell, 'WR_EN', port, width);
    const address = signals.read(portBits(cell, 'WR_ADDR', port, abits));
    const { at, inside } = placeOf(g, memory, address);
    const data = zext(g, signals.read(portBits(cell, 'WR_DATA', port, width)), width).limbs;
    const mask = zext(g, signals.read(enableBits), width);
    const wires = new Set(enableBits.filter((bit) => typeof bit === 'number'));
    const [only] = wires;
    // Usually one wire enables the whole word, or a fixed part of it.
    const single = wires.size === 1 && only !== undefined;
    const enable = single ? g.low(signals.read([only]).limbs[0] ?? g.zero, 1) : g.isNonZero(anyBit(g, mask));
    const fixed = enableBits.map((bit): YosysBit => (bit === only || bit === '1' ? '1' : '0'));
    const partial = single ? zext(g, signals.read(fixed), width).limbs : mask.limbs;
    const full = single && enableBits.every((bit) => bit === only);
    const constantOne = enableBits.some((bit) => bit === '1');
    return {
      memory,
      enable: g.op('and', single && constantOne ? g.one : enable, inside),
      at,
      data,
      mask: full ? undefined : single && constantOne ? mask.limbs : partial,
    };
  });
}

/** What a clocked read port samples: the word before the edge, or after the writes that it is transparent to. */
export function sampledRead(
  g: Graph,
  signals: Signals,
  memory: Memory,
  port: number,
  writes: readonly MemoryWrite[],
): Word {
  const { cell, width, abits } = memory;
  const address = signals.read(portBits(cell, 'RD_ADDR', port, abits));
  let data = readMemory(g, memory, address);
  const transparent = cell.digits('RD_TRANSPARENCY_MASK');
  const { at } = placeOf(g, memory, address);
  for (const [i, write] of writes.entries()) {
    if (transparent[port * writes.length + i] !== '1') continue;
    const hit = g.op('and', write.enable, g.op('eq', at, write.at));
    const written: Word = { width, limbs: write.data };
    const mask = write.mask;
    const merged =
      mask === undefined
        ? written
        : mapLimbs(written, data, (x, y, k) => {
            const bits = mask[k] ?? g.zero;
            return g.op('or', g.op('and', x, bits), g.op('and', y, g.not(bits)));
          });
    data = mapLimbs(merged, data, (x, y) => g.select(hit, x, y));
  }
  return data;
}
