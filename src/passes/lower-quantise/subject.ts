import type { Node, ValueType } from '../../ir/graph.ts';
import { type Bounds, hull } from '../../ir/op.ts';
import type { Interval } from '../../num/elem.ts';
import { channelsOf } from '../../num/scalar/check.ts';
import { evaluateExact } from '../../num/scalar/evaluate.ts';
import { tabulate } from '../../num/scalar/evaluator.ts';
import { asLinear } from '../../num/scalar/linear.ts';
import { normalForm, type Piece } from '../../num/scalar/normal.ts';
import { lastLevel, type Staircase, staircase, staircaseOfTable } from '../../num/scalar/staircase.ts';
import type { ScalarSteps } from '../../num/scalar.ts';
import { valueRange } from '../../num/tensor.ts';

/** Steps listed per channel, and in all channels of a node. */
const STEPS_PER_CHANNEL = 1 << 17;
const STEPS_PER_NODE = 1 << 23;
/** Inputs over which a function without a closed form is listed, in all channels together. */
const LISTED_INPUTS = 1 << 21;

/** One channel's function on the values that can reach it. */
export interface Channel {
  readonly pieces: readonly Piece[];
  readonly domain: Interval;
  /** The exact range of the function on the domain; undefined when it is neither monotone nor small enough to list. */
  readonly range: Interval | undefined;
  /** Where it steps; undefined when it rises and falls, or has too many steps to list. */
  readonly stairs: Staircase | undefined;
}

/** A `quantise` node with everything that the choice of its hardware depends on. */
export interface Subject {
  readonly node: Node;
  readonly input: ValueType;
  /** One entry when all channels share one function. */
  readonly channels: readonly Channel[];
  /** All values that go in. */
  readonly domain: Interval;
  /** All values that come out. */
  readonly range: Interval | undefined;
  /** The result is +1 or −1, to be stored in one bit. */
  readonly bipolar: boolean;
}

export function subjectOf(node: Node, input: ValueType, output: ValueType, bounds: Bounds): Subject {
  const steps = node.attrs['steps'] as unknown as ScalarSteps;
  const count = channelsOf(steps);
  const channels: Channel[] = [];
  let budget = STEPS_PER_NODE;
  for (let c = 0; c < count; c++) {
    const channel = channelOf(normalForm(steps, c), domainOf(bounds, c, count), { count, budget });
    budget -= channel.stairs?.steps.length ?? 0;
    channels.push(channel);
  }
  const ranges = channels.flatMap((c) => (c.range ? [c.range] : []));
  const signs = channels.every(({ pieces }) => isSign(pieces[pieces.length - 1]));
  return {
    node,
    input,
    channels,
    domain: hull(bounds),
    range: ranges.length === channels.length ? hull(ranges) : undefined,
    bipolar: signs || output.elem.kind === 'bipolar',
  };
}

/** Bounds of one of `count` channels; bounds that are given per pixel or per tensor are joined as needed. */
function domainOf(bounds: Bounds, channel: number, count: number): Interval {
  if (bounds.length === 1 || bounds.length % count !== 0) return hull(bounds);
  return hull(bounds.filter((_, i) => i % count === channel));
}

function channelOf(pieces: readonly Piece[], domain: Interval, limits: { count: number; budget: number }): Channel {
  const stairs = staircase(pieces, domain, Math.min(STEPS_PER_CHANNEL, limits.budget));
  if (stairs) {
    return { pieces, domain, range: { lo: stairs.first, hi: lastLevel(stairs) }, stairs };
  }
  if (asLinear(pieces)) {
    const ends = [domain.lo, domain.hi].map((x) => Number(evaluateExact(pieces, x)));
    return { pieces, domain, range: valueRange(ends), stairs: undefined };
  }
  if ((domain.hi - domain.lo + 1) * limits.count > LISTED_INPUTS) {
    return { pieces, domain, range: undefined, stairs: undefined };
  }
  const table = tabulate(pieces, domain);
  const listed = staircaseOfTable(table, domain, Math.min(STEPS_PER_CHANNEL, limits.budget));
  return { pieces, domain, range: valueRange(table), stairs: listed };
}

const isSign = (last: Piece | undefined): boolean =>
  last?.kind === 'count' && last.base === -1n && last.step === 2n && last.thresholds.length === 1;

/** All staircases, or undefined if one is missing. */
export function staircasesOf(s: Subject): readonly Staircase[] | undefined {
  const all = s.channels.flatMap((c) => (c.stairs ? [c.stairs] : []));
  return all.length === s.channels.length ? all : undefined;
}
