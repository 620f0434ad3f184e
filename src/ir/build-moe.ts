/** Mixtures of experts written by hand: gate, route and experts as one call. */
import type { GraphBuilder } from './builder.ts';
import type { Const } from './graph.ts';
import type { ExpertsAttrs } from './ops/experts/op.ts';

export interface Mixture {
  /** Weights of the gate: `[E, D]`, or `[T, E, D]` with a `task`. */
  readonly gate: Const;
  /** The value that names the frame's task: one unsigned number. */
  readonly task?: string;
  /** Experts per token. */
  readonly k: number;
  /** Whether the gates of a token's k experts sum to one, instead of those of all experts. */
  readonly renormalise?: boolean;
  /** The real value of one unit of a logit. */
  readonly scale: number;
  /** A gate of one is 2^fraction, which is also the unit of the result. */
  readonly fraction: number;
  /** The requantisation between the products. */
  readonly between: Omit<ExpertsAttrs, 'fraction'>;
  /** `up [E, H, D]`, `down [E, D, H]`, `mul` and `add` `[E or 1, H or 1]`; optional `table [hi − lo + 1]`, `bias [E, D]`. */
  readonly consts: { readonly [role: string]: Const };
}

/** `x [N, D]` → `[N, D]`: routes each token to k experts and sums what they give, times their gates. */
export function mixtureOfExperts(b: GraphBuilder, name: string, x: string, m: Mixture): string {
  const { k, scale, fraction, task } = m;
  const logits =
    task === undefined
      ? b.node({ op: 'dense', name: `${name}_gate`, attrs: { groups: 1 }, inputs: [x], consts: { weight: m.gate } })
      : b.node({ op: 'gate', name: `${name}_gate`, attrs: {}, inputs: [x, task], consts: { weight: m.gate } });
  const attrs = { k, renormalise: m.renormalise ?? false, scale, fraction };
  const routes = b.node({ op: 'route', name: `${name}_route`, attrs, inputs: [logits] });
  return b.node({
    op: 'experts',
    name: `${name}_experts`,
    attrs: { ...m.between, fraction },
    inputs: [x, routes],
    consts: m.consts,
  });
}
