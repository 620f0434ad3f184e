import type { ElemKind, ElemType } from '../num/elem.ts';

const CODE: Record<ElemKind, number> = { uint: 0, int: 1, bipolar: 2 };

/** How the Verilog library is told an element's encoding: 0 unsigned, 1 two's complement, 2 bipolar. */
const kindCode = (e: ElemType): number => CODE[e.kind];

/** The parameters of modules that take elements of one type and give them (or what they become) as another. */
export function castParams(lanes: number, from: ElemType, to: ElemType): { readonly [name: string]: number } {
  return {
    LANES: lanes,
    IN_BITS: from.bits,
    IN_KIND: kindCode(from),
    OUT_BITS: to.bits,
    OUT_KIND: kindCode(to),
  };
}
