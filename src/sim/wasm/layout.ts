/** Static layout of the linear memory that a design's modules share, in bytes from 0. */
import type { Graph } from './graph.ts';
import type { NodeId } from './node.ts';
import { limbCount } from './word.ts';

const LIMB_BYTES = 8;

/** Initial content of a memory or register file. */
export interface DataSegment {
  readonly address: number;
  readonly data: Uint8Array;
}

/** A port in linear memory: limbs, zero above `width`. */
export interface PortSlot {
  readonly address: number;
  readonly width: number;
}

export class Layout {
  readonly segments: DataSegment[] = [];
  /** Zero limbs that follow a register: end address of the register → their number. */
  private readonly padding = new Map<number, number>();
  private next = LIMB_BYTES;

  /** Bytes in use. */
  get size(): number {
    return this.next;
  }

  allocate(limbs: number): number {
    return this.bytes(limbs * LIMB_BYTES);
  }

  bytes(count: number): number {
    const address = this.next;
    this.next += Math.ceil(count / LIMB_BYTES) * LIMB_BYTES;
    return address;
  }

  /** A register of `width` bits; wide ones get zero limbs behind them, for shifts that read past their end. */
  register(width: number, initial: bigint): number {
    const limbs = limbCount(width);
    const padding = limbs > 1 ? limbs + 1 : 0;
    const address = this.allocate(limbs + padding);
    this.padding.set(address + limbs * LIMB_BYTES, padding);
    if (initial !== 0n) this.segments.push({ address, data: bytesOf(initial, limbs * LIMB_BYTES) });
    return address;
  }

  resident(g: Graph, limbs: readonly NodeId[], padding: number): number | undefined {
    const nodes = limbs.map((id) => g.node(id));
    const first = nodes[0];
    if (first === undefined) return undefined;
    if (nodes.every((node) => node.op === 'const'))
      return this.constants(
        nodes.map((node) => node.value),
        padding,
      );
    const inPlace = nodes.every((node, i) => node.op === 'load' && node.address === first.address + i * LIMB_BYTES);
    const end = first.address + limbs.length * LIMB_BYTES;
    return inPlace && (this.padding.get(end) ?? 0) >= padding ? first.address : undefined;
  }

  private constants(values: readonly bigint[], padding: number): number {
    const address = this.allocate(values.length + padding);
    const data = new Uint8Array(values.length * LIMB_BYTES);
    const view = new DataView(data.buffer);
    for (const [i, value] of values.entries()) view.setBigUint64(i * LIMB_BYTES, value, true);
    this.segments.push({ address, data });
    return address;
  }
}

/** Little-endian bytes of a number. */
function bytesOf(value: bigint, length: number): Uint8Array {
  const data = new Uint8Array(length);
  for (let i = 0, rest = value; rest !== 0n && i < length; i++, rest >>= 8n) data[i] = Number(rest & 255n);
  return data;
}
