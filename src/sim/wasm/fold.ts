/** What an operation makes of two constants. */
import type { Op } from './node.ts';

/** Shift amounts are below 64 by construction, divisors are not zero. */
export function fold(op: Op, x: bigint, y: bigint): bigint {
  const signed = (value: bigint): bigint => BigInt.asIntN(64, value);
  const truth = (condition: boolean): bigint => (condition ? 1n : 0n);
  switch (op) {
    case 'and':
      return x & y;
    case 'or':
      return x | y;
    case 'xor':
      return x ^ y;
    case 'add':
      return x + y;
    case 'sub':
      return x - y;
    case 'mul':
      return x * y;
    case 'mulhi':
      return (x * y) >> 64n;
    case 'shl':
      return x << y;
    case 'shru':
      return x >> y;
    case 'shrs':
      return signed(x) >> y;
    case 'eq':
      return truth(x === y);
    case 'ltu':
      return truth(x < y);
    case 'lts':
      return truth(signed(x) < signed(y));
    case 'divu':
      return x / y;
    case 'remu':
      return x % y;
    case 'divs':
      return signed(x) / signed(y);
    case 'rems':
      return signed(x) % signed(y);
    default:
      throw new Error(`limb graph: ${op} does not fold`);
  }
}
