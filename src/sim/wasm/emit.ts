/** From a plan to WebAssembly functions: values in locals, state in memory, `step` for one clock cycle. */
import binaryen from 'binaryen';
import type { Graph } from './graph.ts';
import type { Lowered } from './lower.ts';
import type { MemoryWrite } from './memory.ts';
import type { LimbNode, NodeId } from './node.ts';
import { isLeaf, type Plan, planOf, writeOperands } from './plan.ts';

type Expression = number;
type Binary = (a: Expression, b: Expression) => Expression;

const I64 = binaryen.i64;

/** Adds the function `step` and what it calls. */
export function emitStep(module: binaryen.Module, lowered: Lowered, chunkNodes?: number): void {
  const plan = planOf(lowered, chunkNodes);
  module.addFunctionImport('host', 'host', 'divide', binaryen.createType([binaryen.i32, binaryen.i32]), binaryen.none);
  module.addFunctionImport('part', 'host', 'part', binaryen.i32, binaryen.none);
  emitMulHigh(module);
  const calls = plan.chunks.map((_, index) => {
    const emitter = new ChunkEmitter(module, lowered, plan, index);
    emitter.emit(`chunk${index}`);
    return module.call(`chunk${index}`, [], binaryen.none);
  });
  module.addFunction('step', binaryen.none, binaryen.none, [], module.block(null, calls));
  module.addFunctionExport('step', 'step');
}

/** Upper limb of a product of two limbs, from four products of halves. */
function emitMulHigh(module: binaryen.Module): void {
  const { i64, local } = module;
  const get = (index: number): Expression => local.get(index, I64);
  const low = (index: number): Expression => i64.and(get(index), i64.const(0xffffffffn));
  const high = (index: number): Expression => i64.shr_u(get(index), i64.const(32n));
  // 2 = low·low >> 32 + high·low, 3 = its low half + low·high
  const body = module.block(
    null,
    [
      local.set(2, i64.add(i64.mul(high(0), low(1)), i64.shr_u(i64.mul(low(0), low(1)), i64.const(32n)))),
      local.set(3, i64.add(i64.mul(low(0), high(1)), low(2))),
      i64.add(i64.add(i64.mul(high(0), high(1)), high(2)), high(3)),
    ],
    I64,
  );
  module.addFunction('mulhi', binaryen.createType([I64, I64]), I64, [I64, I64], body);
}

class ChunkEmitter {
  private readonly module: binaryen.Module;
  private readonly graph: Graph;
  private readonly lowered: Lowered;
  private readonly plan: Plan;
  private readonly index: number;
  private readonly locals = new Map<NodeId, number>();
  private readonly statements: Expression[] = [];
  private readonly binary: Readonly<Partial<Record<LimbNode['op'], Binary>>>;

  constructor(module: binaryen.Module, lowered: Lowered, plan: Plan, index: number) {
    this.module = module;
    this.lowered = lowered;
    this.graph = lowered.graph;
    this.plan = plan;
    this.index = index;
    const { i64 } = module;
    this.binary = {
      and: i64.and,
      or: i64.or,
      xor: i64.xor,
      add: i64.add,
      sub: i64.sub,
      mul: i64.mul,
      shl: i64.shl,
      shru: i64.shr_u,
      shrs: i64.shr_s,
      divu: i64.div_u,
      divs: i64.div_s,
      remu: i64.rem_u,
      rems: i64.rem_s,
      mulhi: (a, b) => module.call('mulhi', [a, b], I64),
    };
  }

  emit(name: string): void {
    const chunk = this.plan.chunks[this.index];
    const last = this.index === this.plan.chunks.length - 1;
    for (const id of chunk?.nodes ?? []) if (this.plan.inlined[id] !== 1) this.emitNode(id);
    // All values first: a store must not change what another one still reads.
    const stores = [...(chunk?.stores ?? []), ...(chunk?.deferred ?? [])];
    for (const store of stores) this.pin(store.node);
    if (last) for (const id of writeOperands(this.lowered)) this.pin(id);
    for (const store of chunk?.stores ?? []) this.storeLimb(store.address, this.value(store.node));
    for (const store of chunk?.deferred ?? []) this.storeLimb(store.shadow, this.value(store.node));
    if (last) this.emitCommit();
    const vars = Array.from({ length: this.locals.size }, () => I64);
    this.module.addFunction(name, binaryen.none, binaryen.none, vars, this.module.block(null, this.statements));
  }

  private emitCommit(): void {
    for (const chunk of this.plan.chunks) {
      for (const store of chunk.deferred) this.storeLimb(store.address, this.loadLimb(store.shadow));
    }
    for (const write of this.lowered.writes) {
      const body = write.data.map((_, i) => this.writeLimb(write, i));
      this.statements.push(this.module.if(this.condition(write.enable), this.module.block(null, body)));
    }
  }

  private writeLimb(write: MemoryWrite, i: number): Expression {
    const { i64 } = this.module;
    const { memory } = write;
    const at = (): Expression => this.module.i32.wrap(this.value(write.at));
    const data = this.value(write.data[i] ?? this.graph.zero);
    const mask = write.mask?.[i];
    const address = memory.address + i * 8;
    if (mask === undefined) return this.storeSized(memory.stride, address, at(), data);
    const kept = i64.and(this.peek(memory.stride, address, at()), i64.xor(this.value(mask), i64.const(-1n)));
    return this.storeSized(memory.stride, address, at(), i64.or(kept, i64.and(data, this.value(mask))));
  }

  private storeSized(stride: number, address: number, pointer: Expression, value: Expression): Expression {
    const { i64 } = this.module;
    if (stride === 1) return i64.store8(address, 1, pointer, value);
    if (stride === 2) return i64.store16(address, 1, pointer, value);
    if (stride === 4) return i64.store32(address, 1, pointer, value);
    return i64.store(address, 1, pointer, value);
  }

  private peek(size: number, address: number, pointer: Expression): Expression {
    const { i64 } = this.module;
    if (size === 1) return i64.load8_u(address, 1, pointer);
    if (size === 2) return i64.load16_u(address, 1, pointer);
    if (size === 4) return i64.load32_u(address, 1, pointer);
    return i64.load(address, 1, pointer);
  }

  private storeLimb(address: number, value: Expression): void {
    this.statements.push(this.module.i64.store(address, 8, this.module.i32.const(0), value));
  }

  private loadLimb(address: number): Expression {
    return this.module.i64.load(address, 8, this.module.i32.const(0));
  }

  private emitNode(id: NodeId): void {
    const node = this.graph.node(id);
    if (node.op === 'spill') {
      for (const [i, arg] of node.args.entries()) this.storeLimb(node.address + i * 8, this.value(arg));
    } else if (node.op === 'host') {
      const { i32 } = this.module;
      const operands = [i32.const(node.address), i32.const(node.size)];
      this.statements.push(this.module.call('host', operands, binaryen.none));
    } else if (node.op === 'part') {
      this.statements.push(this.module.call('part', [this.module.i32.const(node.size)], binaryen.none));
    } else {
      this.define(id, this.build(node));
      const slot = this.plan.slots.get(id);
      if (slot !== undefined) this.storeLimb(slot, this.value(id));
    }
  }

  private define(id: NodeId, value: Expression): void {
    const local = this.locals.size;
    this.locals.set(id, local);
    this.statements.push(this.module.local.set(local, value));
  }

  /** Gives a node a local now, so that later statements cannot change what it reads. */
  private pin(id: NodeId): void {
    if (this.locals.has(id) || this.graph.node(id).op === 'const') return;
    if (isLeaf(this.graph, id)) this.define(id, this.loadLimb(this.graph.node(id).address));
    else this.value(id);
  }

  private value(id: NodeId): Expression {
    const node = this.graph.node(id);
    if (node.op === 'const') return this.module.i64.const(node.value);
    const local = this.locals.get(id);
    if (local !== undefined) return this.module.local.get(local, I64);
    if (node.op === 'load') {
      if ((this.plan.uses[id] ?? 0) < 2) return this.loadLimb(node.address);
      this.define(id, this.loadLimb(node.address));
      return this.value(id);
    }
    if (this.plan.chunkOf[id] !== this.index) {
      const slot = this.plan.slots.get(id);
      if (slot === undefined) throw new Error(`wasm simulator: node ${id} has no slot`);
      this.define(id, this.loadLimb(slot));
      return this.value(id);
    }
    return this.build(node);
  }

  /** A node that is 0 or 1 as an i32. */
  private condition(id: NodeId): Expression {
    const node = this.graph.node(id);
    const [a, b] = node.args;
    if (this.plan.inlined[id] === 1 && !this.locals.has(id) && this.plan.chunkOf[id] === this.index) {
      if (node.op === 'eq' || node.op === 'ltu' || node.op === 'lts') return this.compare(node);
      if (node.op === 'xor' && b === this.graph.one && a !== undefined) {
        return this.module.i32.eqz(this.condition(a));
      }
    }
    return this.module.i32.wrap(this.value(id));
  }

  private compare(node: LimbNode): Expression {
    const { i64 } = this.module;
    const [a = 0, b = 0] = node.args;
    if (node.op === 'eq') {
      return b === this.graph.zero ? i64.eqz(this.value(a)) : i64.eq(this.value(a), this.value(b));
    }
    return node.op === 'ltu' ? i64.lt_u(this.value(a), this.value(b)) : i64.lt_s(this.value(a), this.value(b));
  }

  private build(node: LimbNode): Expression {
    const { i64, i32 } = this.module;
    const [a = 0, b = 0, c = 0] = node.args;
    const binary = this.binary[node.op];
    if (binary !== undefined) return binary(this.value(a), this.value(b));
    switch (node.op) {
      case 'eq':
      case 'ltu':
      case 'lts':
        return i64.extend_u(this.compare(node));
      case 'select': {
        const [then, otherwise] = [this.value(b), this.value(c)];
        return this.module.select(this.condition(a), then, otherwise);
      }
      case 'popcnt':
        return i64.popcnt(this.value(a));
      case 'peek':
        return this.peek(node.size, node.address, i32.wrap(this.value(a)));
      case 'ext':
        return this.extend(this.value(a), node.size);
      default:
        throw new Error(`wasm simulator: no code for ${node.op}`);
    }
  }

  private extend(value: Expression, bits: number): Expression {
    const { i64 } = this.module;
    if (bits === 8) return i64.extend8_s(value);
    if (bits === 16) return i64.extend16_s(value);
    if (bits === 32) return i64.extend32_s(value);
    const amount = BigInt(64 - bits);
    return i64.shr_s(i64.shl(value, i64.const(amount)), i64.const(amount));
  }
}
