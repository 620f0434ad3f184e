import { elemRange, type Interval, int, uint } from '../../num/elem.ts';

/** A fixed-point type in the notation of Vitis HLS. */
export interface FixedPoint {
  /** `ap_fixed<16,6>` */
  readonly name: string;
  /** Bits behind the binary point (may be negative). */
  readonly fraction: number;
  readonly range: Interval;
}

/** Wide enough for 8-bit pixels and for the fractions of hls4ml's default type `ap_fixed<16,6>`. */
export const DEFAULT_INPUT = 'ap_fixed<20,10>';

/** Parses `ap_fixed<W,I>`, `ap_ufixed<W,I>`, `ap_int<W>`, `ap_uint<W>`; undefined when the text is none of these. */
export function parseFixed(text: string): FixedPoint | undefined {
  const m = /^ap_(u?)(fixed|int)<\s*(\d+)\s*(?:,\s*(-?\d+)\s*)?>$/.exec(text.trim());
  if (!m) return undefined;
  const width = Number(m[3]);
  if (width < 1 || width > 32 || (m[2] === 'fixed') !== (m[4] !== undefined)) return undefined;
  const fraction = m[2] === 'fixed' ? width - Number(m[4]) : 0;
  return { name: text.trim().replace(/\s+/g, ''), fraction, range: elemRange(m[1] ? uint(width) : int(width)) };
}
