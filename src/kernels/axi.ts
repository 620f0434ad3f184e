/** The AXI4 read masters of a kernel graph, and the one memory image that they all read. */
import type { Graph } from '../ir/graph.ts';
import { uniqueIdentifiers } from './axis.ts';
import { contextOf, kernelOf } from './context.ts';
import { AXI_PAGE } from './memory.ts';

/** One read master of the emitted design. */
export interface AxiMaster {
  /** Port prefix: `m_axi`, or `m_axi_<node>` when there are several. */
  readonly name: string;
  /** The node that reads. */
  readonly node: string;
  /** Bits of `rdata`. */
  readonly width: number;
  /** First byte of its part of the image, and its size. */
  readonly base: number;
  readonly bytes: number;
}

/** Bits of an address. */
export const AXI_ADDRESS_BITS = 32;

const pages = (bytes: number): number => Math.ceil(bytes / AXI_PAGE) * AXI_PAGE;

/** The read masters in the order of the nodes. */
export function axiMasters(graph: Graph): AxiMaster[] {
  const readers = graph.nodes.flatMap((node) => {
    const memory = kernelOf(node).memory?.(contextOf(graph, node));
    return memory ? [{ node: node.name, memory }] : [];
  });
  const names = uniqueIdentifiers(readers.map((r) => r.node));
  let base = 0;
  return readers.map(({ node, memory }, i) => {
    const master = {
      name: readers.length === 1 ? 'm_axi' : `m_axi_${names[i]}`,
      node,
      width: memory.width,
      base,
      bytes: memory.bytes,
    };
    base += pages(memory.bytes);
    return master;
  });
}

/** Where the image lies beside the RTL. */
export const IMAGE_FILE = 'memory.bin';

/** Bytes of the image; 0 without a read master. */
export function imageBytes(graph: Graph): number {
  const last = axiMasters(graph).at(-1);
  return last ? last.base + pages(last.bytes) : 0;
}

/** What the masters read, from address 0 on. */
export function memoryImage(graph: Graph): Uint8Array {
  const masters = axiMasters(graph);
  const image = new Uint8Array(imageBytes(graph));
  for (const { node, base } of masters) {
    const reader = graph.nodes.find((n) => n.name === node);
    if (reader) image.set(kernelOf(reader).memory?.(contextOf(graph, reader)).image() ?? [], base);
  }
  return image;
}
