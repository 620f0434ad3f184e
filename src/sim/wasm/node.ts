/**
 * Nodes of the limb graph: pure operations on unsigned 64-bit words ("limbs"), with what is known of their range.
 */

/** Index of a node in its graph. Operands always have smaller ids than their users. */
export type NodeId = number;

export type Op =
  | 'const'
  /** A limb at a fixed address: a flip-flop or an input port. */
  | 'load'
  /** `size` bytes at `address + args[0]`, zero-extended. */
  | 'peek'
  /** Stores its operands as consecutive limbs at `address`; has no value of its own. */
  | 'spill'
  /** Division of numbers wider than a limb, done by the host on memory; has no value of its own. */
  | 'host'
  /** A cycle of a part, whose ports are in memory; has no value of its own. */
  | 'part'
  | 'and'
  | 'or'
  | 'xor'
  | 'add'
  | 'sub'
  | 'mul'
  /** Upper limb of the unsigned product. */
  | 'mulhi'
  | 'shl'
  | 'shru'
  | 'shrs'
  /** Sign-extends the low `size` bits. */
  | 'ext'
  | 'eq'
  | 'ltu'
  | 'lts'
  /** `args[0] ? args[1] : args[2]`; the condition is 0 or 1. */
  | 'select'
  | 'popcnt'
  | 'divu'
  | 'divs'
  | 'remu'
  | 'rems';

export interface LimbNode {
  readonly op: Op;
  readonly args: readonly NodeId[];
  /** Nodes whose side effect (a spill, a host call, a part) must come first. */
  readonly after: readonly NodeId[];
  /** Value of a constant, in [0, 2^64). */
  readonly value: bigint;
  /** Byte address of `load`, `peek`, `spill` and `host`. */
  readonly address: number;
  /** Bytes of a `peek`, bits of an `ext`, kind of a `host` call, number of a `part`. */
  readonly size: number;
  /** The value is below 2^unsignedBits. */
  readonly unsignedBits: number;
  /** The value, read as two's complement, fits this many bits (1 to 64). */
  readonly signedBits: number;
}

export interface Range {
  readonly unsignedBits: number;
  readonly signedBits: number;
}

const ANY: Range = { unsignedBits: 64, signedBits: 64 };

export function unsignedRange(bits: number): Range {
  return { unsignedBits: bits, signedBits: Math.min(64, bits + 1) };
}

export function constRange(value: bigint): Range {
  const unsignedBits = value === 0n ? 0 : value.toString(2).length;
  const signed = BigInt.asIntN(64, value);
  const magnitude = signed < 0n ? -signed - 1n : signed;
  return { unsignedBits, signedBits: magnitude === 0n ? 1 : magnitude.toString(2).length + 1 };
}

/** Range of an operation from the ranges of its operands; `amount` is a constant right operand of a shift. */
export function rangeOf(op: Op, args: readonly Range[], size: number, amount: number | undefined): Range {
  const [a = ANY, b = ANY, c = ANY] = args;
  switch (op) {
    case 'and':
      return tight(Math.min(a.unsignedBits, b.unsignedBits), Math.max(a.signedBits, b.signedBits));
    case 'or':
    case 'xor':
      return tight(Math.max(a.unsignedBits, b.unsignedBits), Math.max(a.signedBits, b.signedBits));
    case 'add':
      return tight(Math.max(a.unsignedBits, b.unsignedBits) + 1, Math.max(a.signedBits, b.signedBits) + 1);
    case 'sub':
      return tight(64, Math.max(a.signedBits, b.signedBits) + 1);
    case 'mul':
      return tight(a.unsignedBits + b.unsignedBits, a.signedBits + b.signedBits);
    case 'shl':
      return amount === undefined ? ANY : tight(a.unsignedBits + amount, a.signedBits + amount);
    case 'shru':
      if (amount === undefined) return tight(a.unsignedBits, 64);
      return tight(Math.max(0, a.unsignedBits - amount), 64);
    case 'shrs':
      if (a.unsignedBits < 64) return tight(Math.max(0, a.unsignedBits - (amount ?? 0)), a.signedBits);
      return tight(64, Math.max(1, a.signedBits - (amount ?? 0)));
    case 'ext':
      return tight(64, size);
    case 'eq':
    case 'ltu':
    case 'lts':
      return unsignedRange(1);
    case 'select':
      return tight(Math.max(b.unsignedBits, c.unsignedBits), Math.max(b.signedBits, c.signedBits));
    case 'popcnt':
      return unsignedRange(7);
    case 'divu':
      return tight(a.unsignedBits, 64);
    case 'remu':
      return tight(Math.min(a.unsignedBits, b.unsignedBits), 64);
    case 'divs':
      return tight(64, a.signedBits + 1);
    case 'rems':
      return tight(64, a.signedBits);
    default:
      return ANY;
  }
}

/** A sum or product that may exceed 64 bits wraps, so its bound is void. */
function tight(unsignedBits: number, signedBits: number): Range {
  const unsigned = Math.min(unsignedBits, 64);
  const signed = Math.min(signedBits, 64);
  return { unsignedBits: unsigned, signedBits: Math.min(signed, unsigned + 1, 64) };
}
