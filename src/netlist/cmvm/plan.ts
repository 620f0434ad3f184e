import { invariant } from '../../diag/diagnostic.ts';
import { bestChain, type Chain, type Heights, lowest } from './chain.ts';
import { isTable } from './segment.ts';

/** How eagerly bits are added up. */
export interface Policy {
  /** Prices of a LUT, in bits taken away: chains that are worth the first are built before any other. */
  readonly prices: readonly number[];
  /** Which of them are paid while later bits are still to come, and before what is worth more is used up. */
  readonly eager: number;
}

/** From few LUTs to few levels. */
const POLICIES: readonly Policy[] = [
  { prices: [1.35, 1, 0], eager: 1 },
  { prices: [1.35, 1.1, 0.8, 0], eager: 2 },
  { prices: [1.35, 1, 0.6, 0], eager: 4 },
];

/** One chain: the bits that are there at `level` are in it. */
export interface Step {
  readonly chain: Chain;
  readonly level: number;
  /** What A is at each position: a wire of it, or a constant. */
  readonly a: readonly ('wire' | 0 | 1)[];
  /** Whether the sum may reach the position above the last. */
  readonly carry: boolean;
  /**
   * How it is built: as a sum; as a difference that adds one at its lowest position, for nothing; or as a difference with a
   * position more, below, that keeps that one away.
   */
  readonly form: 'sum' | 'plus one' | 'padded';
}

export interface Plan {
  readonly steps: readonly Step[];
  readonly luts: number;
  readonly depth: number;
}

/** What is to be added: the levels of the bits of each position; sums are modulo 2^width, where width is that of the array. */
export interface Load {
  readonly columns: readonly (readonly number[])[];
  /** The bits of the constant; undefined where any constant may be added. */
  readonly ones: readonly number[] | undefined;
}

/** The most bits of one position that a single chain takes: five in a table, one as A. */
const MOST_AT_ONCE = 6;

/** Bits of one position that are many. */
const ENOUGH = 16;

class Planner {
  private readonly there: number[];
  private readonly later: number[][];
  private ones: number[];
  private readonly free: boolean;
  private readonly steps: Step[] = [];
  private luts = 0;
  private level = 0;

  constructor({ columns, ones }: Load) {
    this.there = columns.map(() => 0);
    this.later = columns.map((levels) => [...levels]);
    this.free = ones === undefined;
    this.ones = ones ? [...ones] : columns.map(() => 0);
  }

  run(policy: Policy): Plan {
    for (; ; this.level++) {
      this.arrive();
      if (this.done()) break;
      if (!this.finish()) this.compress(policy);
      invariant(this.level < 10_000, 'bits that no chain takes');
    }
    const depth = this.steps.reduce((most, s) => Math.max(most, s.level + 1), 0);
    return { steps: this.steps, luts: this.luts, depth };
  }

  private get waiting(): boolean {
    return this.later.some((levels) => levels.length > 0);
  }

  private arrive(): void {
    this.later.forEach((levels, c) => {
      const rest = levels.filter((l) => l > this.level);
      this.there[c] = (this.there[c] as number) + levels.length - rest.length;
      this.later[c] = rest;
    });
  }

  private done(): boolean {
    return this.there.every((n, c) => n + (this.later[c]?.length ?? 0) + (this.ones[c] as number) <= 1);
  }

  private get heights(): Heights {
    return { wires: this.there, ones: this.ones };
  }

  /** One chain for all that is left, if one can: two words, or with tables. */
  private finish(): boolean {
    if (this.waiting || this.there.some((n) => n > MOST_AT_ONCE)) return false;
    const from = lowest(this.heights);
    const rules = { lutPrice: 1, finish: from };
    const two = bestChain(this.heights, { ...rules, plain: true });
    if (two) {
      this.take(two, 'sum');
      return true;
    }
    const one = this.free || this.ones[from] === 1;
    const chain = bestChain({ wires: this.there, ones: this.ones.with(from, 0) }, rules);
    if (!chain) return false;
    this.ones[from] = 0;
    this.take(chain, one ? 'plus one' : 'padded');
    return true;
  }

  private compress({ prices, eager }: Policy): void {
    const { waiting } = this;
    let built = false;
    prices.forEach((lutPrice, i) => {
      if (i >= eager && (waiting || built)) return;
      for (;;) {
        const chain = bestChain(this.heights, { lutPrice, finish: undefined });
        if (!chain) return;
        for (let times = this.repeats(chain); times > 0; times--) this.take(chain, this.formOf(chain));
        built = true;
      }
    });
    invariant(waiting || built, 'bits that no chain takes');
  }

  /** How often a chain can be built before it is worth to look for another: heaps are high at first. */
  private repeats({ from, segments }: Chain): number {
    let times = Number.POSITIVE_INFINITY;
    let at = from;
    for (const s of segments) {
      for (let i = 0; i < s.length; i++, at++) {
        if (s.ones[i] === 1) return 1;
        const taken = (s.wires[i] as number) + 1;
        if (taken > 1) times = Math.min(times, Math.floor(((this.there[at] as number) - ENOUGH) / taken));
      }
    }
    return Math.max(1, times);
  }

  /** A one that no segment takes can be had for nothing. */
  private formOf({ from, segments }: Chain): Step['form'] {
    if (!segments.some(isTable)) return 'sum';
    const [first] = segments;
    const left = (this.there[from] as number) > (first?.wires[0] ?? 0);
    if (this.free) return 'plus one';
    if (this.ones[from] !== 1 || first?.ones[0] === 1 || !left) return 'padded';
    this.ones[from] = 0;
    return 'plus one';
  }

  private take(chain: Chain, form: Step['form']): void {
    const a: Step['a'][number][] = [];
    let at = chain.from;
    let most = form === 'plus one' ? 1 : 0;
    for (const s of chain.segments) {
      this.luts += s.luts;
      for (let i = 0; i < s.length; i++, at++) {
        const left = (this.there[at] as number) - (s.wires[i] as number);
        const one = (this.ones[at] as number) - (s.ones[i] as number);
        const pin = left > 0 ? 'wire' : one > 0 ? 1 : 0;
        this.there[at] = Math.max(0, left - 1);
        this.ones[at] = left > 0 ? one : 0;
        this.later[at]?.push(this.level + 1);
        most += ((pin === 0 ? 0 : 1) + (s.wires[i] as number) + (s.ones[i] as number)) * 2 ** a.length;
        a.push(pin);
      }
    }
    const carry = most >= 2 ** a.length;
    if (carry) this.later[at]?.push(this.level + 1);
    this.steps.push({ chain, level: this.level, a, carry, form });
  }
}

/** How to add bits up under one policy. */
const planFor = (load: Load, policy: Policy): Plan => new Planner(load).run(policy);

/** All plans that there are, from few LUTs to few levels. */
export const plansFor = (load: Load): Plan[] => POLICIES.map((policy) => planFor(load, policy));

export const earliest = (plans: readonly Plan[]): number => Math.min(...plans.map((p) => p.depth));

/** The plan of fewest LUTs among those that are ready at a level; where none is, the one that is ready first. */
export function choosePlan(plans: readonly Plan[], ready: number): Plan {
  const deadline = Math.max(ready, earliest(plans));
  const [first, ...others] = plans.filter((p) => p.depth <= deadline);
  invariant(first, 'there is a policy');
  return others.reduce((best, p) => (p.luts < best.luts ? p : best), first);
}
