/**
 * The vector loop: drives the input streams, calls `step` once per cycle, records and checks the output streams.
 *
 * Each port has a generator xorshift32 (x ^= x << 13; x ^= x >> 17; x ^= x << 5), advanced once per cycle when the
 * stall probability is not zero; the port stalls in a cycle where the new state is below the threshold. A master
 * that has offered a beat keeps it until it is taken. A run ends some cycles after the last beat of all ports, or when nothing
 * moves any more.
 */
import binaryen from 'binaryen';
import { GLOBAL, PORT, STATUS, type StreamLayout, type StreamSlots } from './control.ts';
import { maskOf } from './graph.ts';
import { limbCount, topBits } from './word.ts';

type Expression = number;

/** Locals of `run`. */
const BUDGET = 0;
const RANDOM = 1;
const PROGRESS = 2;
const VALID = 3;

/**
 * Adds `run(budget: i32): i32`, which simulates at most `budget` cycles and returns a {@link STATUS}. `asks`: the host is
 * called at the start of each cycle, for the ports that it drives itself.
 */
export function emitLoop(module: binaryen.Module, layout: StreamLayout, asks: boolean): void {
  new LoopEmitter(module, layout, asks).emit();
}

class LoopEmitter {
  private readonly module: binaryen.Module;
  private readonly layout: StreamLayout;
  private readonly asks: boolean;

  constructor(module: binaryen.Module, layout: StreamLayout, asks: boolean) {
    this.module = module;
    this.layout = layout;
    this.asks = asks;
  }

  emit(): void {
    const { module: m, layout } = this;
    const { i32, local } = m;
    const global = layout.global;
    const finish = (condition: Expression, status: number): Expression => m.if(condition, m.return(i32.const(status)));
    const cycle = m.block(null, [
      finish(i32.ge_u(this.get(global + GLOBAL.drained), this.get(global + GLOBAL.drain)), STATUS.ended),
      finish(i32.ge_u(this.get(global + GLOBAL.idle), this.get(global + GLOBAL.idleLimit)), STATUS.ended),
      finish(i32.eqz(this.local(BUDGET)), STATUS.running),
      local.set(BUDGET, i32.sub(this.local(BUDGET), i32.const(1))),
      ...layout.inputs.flatMap((port) => this.offer(port)),
      ...layout.outputs.flatMap((port) => this.accept(port)),
      ...(this.asks ? [m.call('cycle', [], binaryen.none)] : []),
      m.call('step', [], binaryen.none),
      local.set(PROGRESS, i32.const(0)),
      ...layout.inputs.map((port) => this.afterInput(port)),
      ...layout.outputs.map((port) => this.afterOutput(port)),
      this.add(global + GLOBAL.cycle, 1),
      m.if(this.local(PROGRESS), this.set(global + GLOBAL.idle, i32.const(0)), this.add(global + GLOBAL.idle, 1)),
      m.if(i32.eqz(this.get(global + GLOBAL.pendingBeats)), this.add(global + GLOBAL.drained, 1)),
      m.br('cycle'),
    ]);
    const locals = [binaryen.i32, binaryen.i32, binaryen.i32];
    const body = m.block(null, [m.loop('cycle', cycle), m.unreachable()], binaryen.i32);
    if (this.asks) m.addFunctionImport('cycle', 'host', 'cycle', binaryen.none, binaryen.none);
    m.addFunction('run', binaryen.createType([binaryen.i32]), binaryen.i32, locals, body);
    m.addFunctionExport('run', 'run');
  }

  /** Offers the next beat unless the port stalls, or one is offered already. */
  private offer(port: StreamSlots): Expression[] {
    const { module: m } = this;
    const at = port.control;
    const waiting = m.i32.and(
      m.i32.eqz(this.get(at + PORT.held)),
      m.i32.lt_u(this.get(at + PORT.count), this.get(at + PORT.total)),
    );
    const limbs = limbCount(port.shape.width);
    const beat = Array.from({ length: limbs }, (_, i) => {
      const limb = m.i64.load(i * 8, 1, this.get(at + PORT.beat));
      const exact = m.i64.and(limb, m.i64.const(maskOf(i + 1 < limbs ? 64 : topBits(port.shape.width))));
      return m.i64.store(port.data.address + i * 8, 8, m.i32.const(0), exact);
    });
    const offered = m.block(null, [
      this.set(at + PORT.held, m.i32.const(1)),
      this.set(port.valid.address, m.i32.const(1)),
      this.set(port.last.address, this.isLastOfFrame(port)),
      ...beat,
    ]);
    return [this.draw(port), m.if(m.i32.and(waiting, m.i32.eqz(this.stalls())), offered)];
  }

  private accept(port: StreamSlots): Expression[] {
    return [this.draw(port), this.set(port.ready.address, this.module.i32.eqz(this.stalls()))];
  }

  private afterInput(port: StreamSlots): Expression {
    const { module: m } = this;
    const at = port.control;
    // Between beats tdata is inverted: a design that looks at it without tvalid is found out.
    const inverted = Array.from({ length: limbCount(port.shape.width) }, (_, i) => {
      const bits = i + 1 < limbCount(port.shape.width) ? 64 : topBits(port.shape.width);
      const address = port.data.address + i * 8;
      const limb = m.i64.load(address, 8, m.i32.const(0));
      return m.i64.store(address, 8, m.i32.const(0), m.i64.xor(limb, m.i64.const(maskOf(bits))));
    });
    const taken = m.block(null, [
      ...this.handshake(port),
      this.set(at + PORT.held, m.i32.const(0)),
      this.set(port.valid.address, m.i32.const(0)),
      ...inverted,
    ]);
    return m.if(m.i32.and(this.get(at + PORT.held), this.get(port.ready.address)), taken);
  }

  private afterOutput(port: StreamSlots): Expression {
    const { module: m } = this;
    const at = port.control;
    const limbs = Array.from({ length: limbCount(port.shape.width) }, (_, i) => i);
    const limb = (address: number): Expression => m.i64.load(address, 8, m.i32.const(0));
    const changed = limbs
      .map((i) => m.i64.ne(limb(port.data.address + i * 8), limb(at + PORT.heldData + i * 8)))
      .reduce((x, y) => m.i32.or(x, y));
    const stable = m.if(
      this.local(VALID),
      m.block(null, [
        m.if(changed, this.violation(port, 1)),
        m.if(m.i32.ne(this.get(port.last.address), this.get(at + PORT.heldLast)), this.violation(port, 2)),
      ]),
      this.violation(port, 0),
    );
    const record = limbs.map((i) => m.i64.store(i * 8, 1, this.get(at + PORT.beat), limb(port.data.address + i * 8)));
    const misplaced = m.i32.ne(this.get(port.last.address), this.isLastOfFrame(port));
    const taken = m.if(
      m.i32.lt_u(this.get(at + PORT.count), this.get(at + PORT.total)),
      m.block(null, [...record, m.if(misplaced, this.violation(port, 3)), ...this.handshake(port)]),
      this.violation(port, 4),
    );
    const hold = m.block(null, [
      this.set(at + PORT.heldLast, this.get(port.last.address)),
      ...limbs.map((i) => m.i64.store(at + PORT.heldData + i * 8, 8, m.i32.const(0), limb(port.data.address + i * 8))),
    ]);
    return m.block(null, [
      m.local.set(VALID, this.get(port.valid.address)),
      m.if(this.get(at + PORT.held), stable),
      m.if(this.local(VALID), m.if(this.get(port.ready.address), taken, hold)),
      this.set(at + PORT.held, m.i32.and(this.local(VALID), m.i32.eqz(this.get(port.ready.address)))),
    ]);
  }

  private handshake(port: StreamSlots): Expression[] {
    const { module: m } = this;
    const at = port.control;
    const cycle = m.f64.convert_u.i32(this.get(this.layout.global + GLOBAL.cycle));
    return [
      m.f64.store(0, 8, this.get(at + PORT.cycle), cycle),
      this.add(at + PORT.cycle, 8),
      this.add(at + PORT.beat, port.shape.width / 8),
      this.add(at + PORT.count, 1),
      this.add(this.layout.global + GLOBAL.pendingBeats, -1),
      m.if(this.isLastOfFrame(port), this.set(at + PORT.inFrame, m.i32.const(0)), this.add(at + PORT.inFrame, 1)),
      m.local.set(PROGRESS, m.i32.const(1)),
    ];
  }

  private isLastOfFrame(port: StreamSlots): Expression {
    const { i32 } = this.module;
    const next = i32.add(this.get(port.control + PORT.inFrame), i32.const(1));
    return i32.eq(next, this.get(port.control + PORT.perFrame));
  }

  private violation(port: StreamSlots, kind: number): Expression {
    const { module: m } = this;
    const at = port.control + PORT.violations + kind * 8;
    const first = this.set(at + 4, this.get(this.layout.global + GLOBAL.cycle));
    return m.block(null, [m.if(m.i32.eqz(this.get(at)), first), this.add(at, 1)]);
  }

  /** Advances the generator of a port. */
  private draw(port: StreamSlots): Expression {
    const { module: m } = this;
    const at = port.control + PORT.random;
    const shifted = (by: Expression): Expression => m.local.set(RANDOM, m.i32.xor(this.local(RANDOM), by));
    const steps = m.block(null, [
      m.local.set(RANDOM, this.get(at)),
      shifted(m.i32.shl(this.local(RANDOM), m.i32.const(13))),
      shifted(m.i32.shr_u(this.local(RANDOM), m.i32.const(17))),
      shifted(m.i32.shl(this.local(RANDOM), m.i32.const(5))),
      this.set(at, this.local(RANDOM)),
    ]);
    return m.if(this.get(this.layout.global + GLOBAL.stallThreshold), steps, m.local.set(RANDOM, m.i32.const(-1)));
  }

  /** Whether the port drawn last stalls in this cycle. */
  private stalls(): Expression {
    return this.module.i32.lt_u(this.local(RANDOM), this.get(this.layout.global + GLOBAL.stallThreshold));
  }

  private local(index: number): Expression {
    return this.module.local.get(index, binaryen.i32);
  }

  private get(address: number): Expression {
    return this.module.i32.load(address, 4, this.module.i32.const(0));
  }

  private set(address: number, value: Expression): Expression {
    return this.module.i32.store(address, 4, this.module.i32.const(0), value);
  }

  private add(address: number, amount: number): Expression {
    return this.set(address, this.module.i32.add(this.get(address), this.module.i32.const(amount)));
  }
}
