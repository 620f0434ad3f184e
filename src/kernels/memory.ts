/** Memory words and address widths. */

/** Bits of an address of `depth` words: at least one, as Verilog has no empty vectors. */
export const addressBits = (depth: number): number => Math.max(1, Math.ceil(Math.log2(depth)));

/** Hexadecimal text of a word: `fields` from the least significant on, `width` bits each, two's complement. */
export function packWord(fields: readonly (bigint | number)[], width: number): string {
  let word = 0n;
  for (let i = fields.length - 1; i >= 0; i--) {
    word = (word << BigInt(width)) | BigInt.asUintN(width, BigInt(fields[i] as bigint | number));
  }
  return word.toString(16).padStart(Math.ceil((fields.length * width) / 4), '0');
}
