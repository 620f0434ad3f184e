/** Memory words and address widths. */

/** Bits of an address of `depth` words: at least one, as Verilog has no empty vectors. */
export const addressBits = (depth: number): number => Math.max(1, Math.ceil(Math.log2(depth)));

/** Bits of a beat that a read master may have. */
export const MEMORY_WIDTHS = [32, 64, 128, 256, 512, 1024] as const;

/** No AXI4 burst crosses a multiple of this many bytes. */
export const AXI_PAGE = 4096;

/** Writes the `bits` low bits of a pattern (below 2^53) into zeroed bytes, from bit `offset` on, least significant first. */
export function putBits(bytes: Uint8Array, offset: number, bits: number, pattern: number): void {
  let rest = pattern;
  let at = offset;
  for (let left = bits; left > 0; ) {
    const shift = at & 7;
    const take = Math.min(8 - shift, left);
    const byte = at >>> 3;
    const part = rest % 2 ** take;
    bytes[byte] = (bytes[byte] as number) | (part << shift);
    rest = (rest - part) / 2 ** take;
    at += take;
    left -= take;
  }
}

/** Hexadecimal text of a word: `fields` from the least significant on, `width` bits each, two's complement. */
export function packWord(fields: readonly (bigint | number)[], width: number): string {
  let word = 0n;
  for (let i = fields.length - 1; i >= 0; i--) {
    word = (word << BigInt(width)) | BigInt.asUintN(width, BigInt(fields[i] as bigint | number));
  }
  return word.toString(16).padStart(Math.ceil((fields.length * width) / 4), '0');
}
