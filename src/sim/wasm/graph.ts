/**
 * The limb graph: a hash-consed graph of 64-bit operations. Equal operations are one node, constants fold, and masks
 * and extensions that the known ranges make superfluous are never built.
 */
import { fold } from './fold.ts';
import { constRange, type LimbNode, type NodeId, type Op, type Range, rangeOf, unsignedRange } from './node.ts';

export const LIMB = 64;
const ALL_ONES = (1n << 64n) - 1n;
const CONST_RANGE_NODE = { after: [], address: 0, size: 0 } as const;

/** 2^bits - 1. */
export function maskOf(bits: number): bigint {
  return (1n << BigInt(bits)) - 1n;
}

export class Graph {
  readonly nodes: LimbNode[] = [];
  private readonly known = new Map<string, NodeId>();
  readonly zero: NodeId = this.constant(0n);
  readonly one: NodeId = this.constant(1n);
  readonly ones: NodeId = this.constant(ALL_ONES);

  node(id: NodeId): LimbNode {
    const node = this.nodes[id];
    if (node === undefined) throw new Error(`limb graph: no node ${id}`);
    return node;
  }

  constant(value: bigint): NodeId {
    const wrapped = BigInt.asUintN(64, value);
    return this.intern(`#${wrapped}`, () => ({
      ...CONST_RANGE_NODE,
      op: 'const',
      args: [],
      value: wrapped,
      ...constRange(wrapped),
    }));
  }

  /** The constant that a node is, if it is one. */
  constantOf(id: NodeId): bigint | undefined {
    const node = this.node(id);
    return node.op === 'const' ? node.value : undefined;
  }

  load(address: number, bits: number): NodeId {
    return this.intern(`load ${address}`, () => this.effect('load', [], [], address, 0, unsignedRange(bits)));
  }

  peek(address: number, size: 1 | 2 | 4 | 8, offset: NodeId, after: readonly NodeId[], bits = size * 8): NodeId {
    const key = `peek ${address} ${size} ${offset} ${after.join(' ')}`;
    const range = unsignedRange(Math.min(bits, size * 8));
    return this.intern(key, () => this.effect('peek', [offset], after, address, size, range));
  }

  /** Each call is a node of its own: the caller owns the memory at `address`. */
  spill(address: number, limbs: readonly NodeId[]): NodeId {
    return this.push(this.effect('spill', limbs, [], address, 0, unsignedRange(0)));
  }

  host(address: number, kind: number, after: readonly NodeId[]): NodeId {
    return this.push(this.effect('host', [], after, address, kind, unsignedRange(0)));
  }

  part(number: number, after: readonly NodeId[]): NodeId {
    return this.push(this.effect('part', [], after, 0, number, unsignedRange(0)));
  }

  /** Low `bits` bits, zero above. */
  low(id: NodeId, bits: number): NodeId {
    if (this.node(id).unsignedBits <= bits) return id;
    const peeled = this.peel(id, bits);
    if (this.node(peeled).unsignedBits <= bits) return peeled;
    return this.op('and', peeled, this.constant(maskOf(bits)));
  }

  /** Low `bits` bits, sign-extended to the limb. */
  sext(id: NodeId, bits: number): NodeId {
    if (bits === LIMB || this.node(id).signedBits <= bits) return id;
    const peeled = this.peel(id, bits);
    const node = this.node(peeled);
    if (node.signedBits <= bits) return peeled;
    const [from, by] = node.args;
    const amount = by === undefined ? undefined : this.constantOf(by);
    // A field in the middle of a word: shift it to the top at once instead of down first.
    if (node.op === 'shru' && from !== undefined && amount !== undefined && Number(amount) + bits <= LIMB) {
      const up = this.constant(BigInt(LIMB - bits) - amount);
      return this.op('shrs', this.op('shl', from, up), this.constant(BigInt(LIMB - bits)));
    }
    const value = this.constantOf(peeled);
    if (value !== undefined) return this.constant(BigInt.asIntN(bits, value));
    return this.build('ext', [peeled], bits);
  }

  not(id: NodeId): NodeId {
    return this.op('xor', id, this.ones);
  }

  /** Negation of a node that is 0 or 1. */
  isZero(id: NodeId): NodeId {
    return this.op('eq', id, this.zero);
  }

  isNonZero(id: NodeId): NodeId {
    return this.node(id).unsignedBits <= 1 ? id : this.op('xor', this.isZero(id), this.one);
  }

  shiftLeft(id: NodeId, amount: number): NodeId {
    return this.op('shl', amount === 0 ? id : this.peel(id, LIMB - amount), this.constant(BigInt(amount)));
  }

  shiftRight(id: NodeId, amount: number): NodeId {
    return this.op('shru', id, this.constant(BigInt(amount)));
  }

  select(condition: NodeId, then: NodeId, otherwise: NodeId): NodeId {
    const value = this.constantOf(condition);
    if (value !== undefined) return value === 0n ? otherwise : then;
    if (then === otherwise) return then;
    const inverted = this.invertedOf(condition);
    if (inverted !== undefined) return this.select(inverted, otherwise, then);
    if (then === this.one && otherwise === this.zero) return condition;
    if (then === this.zero && otherwise === this.one) return this.isZero(condition);
    return this.build('select', [condition, then, otherwise]);
  }

  /** Balanced reduction, so that long chains stay shallow. */
  reduce(op: 'and' | 'or' | 'xor' | 'add', ids: readonly NodeId[], empty: NodeId): NodeId {
    let level = [...ids];
    while (level.length > 1) {
      const next: NodeId[] = [];
      for (let i = 0; i < level.length; i += 2) {
        const a = level[i] ?? empty;
        const b = level[i + 1];
        next.push(b === undefined ? a : this.op(op, a, b));
      }
      level = next;
    }
    return level[0] ?? empty;
  }

  op(
    op: Exclude<Op, 'const' | 'load' | 'peek' | 'spill' | 'host' | 'part' | 'ext' | 'select'>,
    a: NodeId,
    b: NodeId,
  ): NodeId {
    const x = this.constantOf(a);
    const y = this.constantOf(b);
    if (x !== undefined && y !== undefined) return this.constant(fold(op, x, y));
    if (x !== undefined && COMMUTATIVE.has(op)) return this.op(op, b, a);
    if (COMMUTATIVE.has(op) && y === undefined && a > b) return this.op(op, b, a);
    return this.simplified(op, a, b, y) ?? this.build(op, [a, b]);
  }

  popcnt(a: NodeId): NodeId {
    return this.node(a).unsignedBits <= 1 ? a : this.build('popcnt', [a]);
  }

  /** A cheaper node with the same low `bits` bits. */
  private peel(id: NodeId, bits: number): NodeId {
    let current = id;
    for (;;) {
      const node = this.node(current);
      const [from, by] = node.args;
      const mask = by === undefined ? undefined : this.constantOf(by);
      const transparent =
        (node.op === 'ext' && node.size >= bits) ||
        (node.op === 'and' && mask !== undefined && (mask & maskOf(bits)) === maskOf(bits));
      if (!transparent || from === undefined) return current;
      current = from;
    }
  }

  private invertedOf(id: NodeId): NodeId | undefined {
    const node = this.node(id);
    const [a, b] = node.args;
    const inverts = node.op === 'xor' && b === this.one;
    return inverts && a !== undefined && this.node(a).unsignedBits <= 1 ? a : undefined;
  }

  /** Identities with a constant right operand `y`, or with equal operands. */
  private simplified(op: Op, a: NodeId, b: NodeId, y: bigint | undefined): NodeId | undefined {
    if (a === b) {
      if (op === 'and' || op === 'or') return a;
      if (op === 'xor' || op === 'sub' || op === 'ltu' || op === 'lts') return this.zero;
      if (op === 'eq') return this.one;
    }
    if (y === undefined) return undefined;
    const node = this.node(a);
    const [from, by] = node.args;
    const inner = by === undefined || node.op === 'select' ? undefined : this.constantOf(by);
    if (y === 0n) {
      if (op === 'and' || op === 'mul' || op === 'mulhi' || op === 'ltu') return this.zero;
      if (op !== 'eq' && op !== 'lts' && ZERO_IS_NEUTRAL.has(op)) return a;
    }
    switch (op) {
      case 'and':
        if ((y & (y + 1n)) === 0n && node.unsignedBits < LIMB && maskOf(node.unsignedBits) <= y) return a;
        if (y === ALL_ONES) return a;
        if (node.op === 'and' && inner !== undefined && from !== undefined) {
          return this.op('and', from, this.constant(inner & y));
        }
        return undefined;
      case 'xor':
        if (node.op === 'xor' && inner !== undefined && from !== undefined) {
          return this.op('xor', from, this.constant(inner ^ y));
        }
        return undefined;
      case 'eq':
        if (node.unsignedBits <= 1 && y <= 1n) return y === 1n ? a : this.op('xor', a, this.one);
        return node.unsignedBits < LIMB && y > maskOf(node.unsignedBits) ? this.zero : undefined;
      case 'ltu':
        return node.unsignedBits < LIMB && y > maskOf(node.unsignedBits) ? this.one : undefined;
      case 'mul':
        return (y & (y - 1n)) === 0n ? this.shiftLeft(a, constRange(y).unsignedBits - 1) : undefined;
      case 'shru':
        if (node.unsignedBits <= Number(y)) return this.zero;
        if (node.op === 'shru' && inner !== undefined && from !== undefined && inner + y < 64n) {
          return this.op('shru', from, this.constant(inner + y));
        }
        return undefined;
      default:
        return undefined;
    }
  }

  private build(op: Op, args: readonly NodeId[], size = 0): NodeId {
    return this.intern(`${op} ${size} ${args.join(' ')}`, () => {
      const last = args.at(-1);
      const amount = op.startsWith('sh') && last !== undefined ? this.constantOf(last) : undefined;
      const ranges = args.map((id) => this.node(id));
      const range = rangeOf(op, ranges, size, amount === undefined ? undefined : Number(amount));
      return this.effect(op, args, [], 0, size, range);
    });
  }

  private effect(
    op: Op,
    args: readonly NodeId[],
    after: readonly NodeId[],
    address: number,
    size: number,
    range: Range,
  ): LimbNode {
    const { unsignedBits, signedBits } = range;
    return { op, args, after, value: 0n, address, size, unsignedBits, signedBits };
  }

  private intern(key: string, make: () => LimbNode): NodeId {
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const id = this.push(make());
    this.known.set(key, id);
    return id;
  }

  private push(node: LimbNode): NodeId {
    this.nodes.push(node);
    return this.nodes.length - 1;
  }
}

const COMMUTATIVE: ReadonlySet<Op> = new Set(['and', 'or', 'xor', 'add', 'mul', 'mulhi', 'eq']);
const ZERO_IS_NEUTRAL: ReadonlySet<Op> = new Set(['or', 'xor', 'add', 'sub', 'shl', 'shru', 'shrs']);
