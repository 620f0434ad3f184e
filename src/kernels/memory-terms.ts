/** How memories and multipliers are mapped, by fabric: the rules of Yosys' `memory_libmap` and `mul2dsp`. */
import type { Fabric } from './devices.ts';

const isLattice = (fabric: Fabric): boolean => fabric === 'ecp5' || fabric === 'ice40';

/** Words of a ROM that one LUT holds a bit of, with the multiplexers that cost nothing. */
const lutWords = (fabric: Fabric): number => (isLattice(fabric) ? 16 : 64);

/** LUTs of a ROM. */
export const romLuts = (depth: number, width: number, fabric: Fabric): number =>
  depth <= 1 ? 0 : width * Math.ceil(depth / lutWords(fabric));

/**
 * Columns of a ROM that differ from one another: of a shallow one many are alike, and are built once. The expected number where
 * all contents are equally likely.
 */
export function distinctColumns(depth: number, width: number): number {
  if (depth > 16) return width;
  const contents = 2 ** depth;
  return contents * (1 - (1 - 1 / contents) ** width);
}

/** LUTs of a memory with an asynchronous read: RAM32M and RAM64M on 7 series, wider on UltraScale+; 16×4 on ECP5. */
export function ramLuts(depth: number, width: number, fabric: Fabric): number {
  if (isLattice(fabric)) return 6 * Math.ceil(depth / 16) * Math.ceil(width / 4);
  const [lanes, luts] = fabric === 'xc7' ? [1, 4] : [2, 8];
  const perCell = (depth <= 32 ? 6 : 3) * lanes + (lanes === 2 ? (depth <= 32 ? 2 : 1) : 0);
  return luts * Math.ceil(depth / (depth <= 32 ? 32 : 64)) * Math.ceil(width / perCell);
}

const SHAPES = [
  [512, 36],
  [1024, 18],
  [2048, 9],
  [4096, 4],
  [8192, 2],
  [16384, 1],
] as const;

/** Memories of 18 Kbit (4 Kbit on iCE40) of the aspect ratio that takes the fewest. */
export function blocksFor(depth: number, width: number, fabric: Fabric): number {
  const scale = fabric === 'ice40' ? 2 : 1;
  const shapes = fabric === 'ice40' ? SHAPES.map(([d, w]) => [d / scale, Math.ceil(w / 2.25)] as const) : SHAPES;
  return Math.min(...shapes.map(([d, w]) => Math.ceil(depth / d) * Math.ceil(width / w)));
}

/** What a block counts against LUTs of ROM. */
const BLOCK_PRICE = 129;

/** Whether a ROM with a registered read becomes blocks of memory. */
export function isBlockRom(depth: number, width: number, fabric: Fabric): boolean {
  return depth > 1 && (depth * width) / lutWords(fabric) > BLOCK_PRICE * blocksFor(depth, width, fabric);
}

/** Factors of a multiplier block, both signed: AMD DSP48E1 and E2, Lattice MULT18X18D and SB_MAC16. */
const FACTORS: { readonly [fabric in Fabric]: readonly [number, number] } = {
  xc7: [25, 18],
  xcup: [27, 18],
  ecp5: [18, 18],
  ice40: [16, 16],
};

/** Whether products may go to multiplier blocks. Of iCE40 only UltraPlus parts have some: they are left out. */
export const hasMultipliers = (fabric: Fabric): boolean => fabric !== 'ice40';

/** Multiplier blocks of one product of signed factors. */
export function multiplierBlocks(a: number, b: number, fabric: Fabric): number {
  const [wide, narrow] = FACTORS[fabric];
  const tiles = (p: number, q: number): number => Math.ceil((p - 1) / (wide - 1)) * Math.ceil((q - 1) / (narrow - 1));
  return Math.max(1, Math.min(tiles(a, b), tiles(b, a)));
}

/** A cell of memory in LUTs, what it counts in the same unit, and the bits of its width by depth. */
const LUT_CELL: {
  readonly [fabric in Fabric]: {
    readonly price: number;
    readonly shapes: readonly (readonly [depth: number, width: number])[];
  };
} = {
  xc7: {
    price: 8,
    shapes: [
      [32, 6],
      [64, 3],
    ],
  },
  xcup: {
    price: 16,
    shapes: [
      [32, 14],
      [64, 7],
    ],
  },
  ecp5: { price: 4, shapes: [[16, 4]] },
  ice40: { price: Number.POSITIVE_INFINITY, shapes: [[16, 4]] },
};

/** Whether a memory with a write port and a registered read becomes blocks: on AMD's, a cell in LUTs counts by the bits that are used. */
function isBlockRam(depth: number, width: number, fabric: Fabric): boolean {
  const { price, shapes } = LUT_CELL[fabric];
  const across = (w: number): number => (isLattice(fabric) ? Math.ceil(width / w) : width / w);
  const cells = Math.min(...shapes.map(([d, w]) => Math.ceil(depth / d) * across(w)));
  return cells * price > BLOCK_PRICE * blocksFor(depth, width, fabric);
}

/** A memory with a write port and a registered read. */
export interface RamTerms {
  /** LUTs that hold it, and the choice between them where it is deep. */
  readonly lut: number;
  readonly choice: number;
  /** Bits of a block's word: logic stands around it for reads of what is being written. */
  readonly block: number;
  /** Registers of the read; on Lattice's fabrics those of that logic. */
  readonly ff: number;
  readonly bram: number;
}

export function ramTerms(depth: number, width: number, fabric: Fabric): RamTerms {
  const none = { lut: 0, choice: 0, block: 0, ff: 0, bram: 0 };
  if (depth <= 1) return { ...none, ff: (depth + 1) * width };
  if (isBlockRam(depth, width, fabric))
    return { ...none, block: width, ff: isLattice(fabric) ? 2 * width : 0, bram: blocksFor(depth, width, fabric) };
  const rows = Math.ceil(depth / (isLattice(fabric) ? 16 : 64));
  // A LUT of six inputs chooses from four, and the multiplexers behind it cost nothing.
  const choice = rows === 1 ? 0 : isLattice(fabric) ? rows - 1 : Math.ceil(rows / 4);
  return { ...none, lut: ramLuts(depth, width, fabric), choice: width * choice, ff: width };
}
