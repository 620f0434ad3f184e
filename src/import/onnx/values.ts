import type { DType, HostTensor } from '../../host/tensor.ts';
import type { Interval } from '../../num/elem.ts';
import type { Rational } from '../../num/rational.ts';
import type { Steps } from './steps.ts';
import type { View } from './view.ts';

/**
 * Where the integers of a stream are: a value of the IR, a tensor of the host that will become an input port, or nowhere
 * yet: the real result of a function, whose op is added when the quantiser behind it says how fine it must be.
 */
export type Base =
  | { readonly kind: 'ir'; readonly value: string }
  | RealBase
  | {
      readonly kind: 'host';
      readonly name: string;
      /** The host tensor's shape, and the order in which the port will stream it. */
      readonly shape: readonly number[];
      readonly perm: readonly number[];
      /** Set where the model's own input is integers. */
      readonly integers?: Interval;
    };

/** Real numbers in rows of the memory order, from exact inputs. */
export interface RealBase {
  readonly kind: 'real';
  readonly shape: readonly number[];
  /** What makes them, as far as operators behind it look at it. */
  readonly of: Origin;
  /** Adds the op that gives 2^fraction times the real values, rounded once. Undefined: only known forms may follow. */
  readonly make?: (fraction: number) => string;
  /** The same real numbers as a stream of integers, where they are a known operator's result by themselves. */
  readonly exact?: Stream;
}

/** Parts of formulas that exporters write as several operators, and results that another operator may take over. */
export type Origin =
  | { readonly kind: 'function'; readonly name: string }
  /** Mean over the last axis; with `square`, that of the squares. `centred`: the mean was taken out before. */
  | { readonly kind: 'mean'; readonly x: Stream }
  | { readonly kind: 'centred'; readonly x: Stream }
  | { readonly kind: 'meanSquare'; readonly x: Stream; readonly centred: boolean }
  /** (mean square + epsilon)^power. */
  | {
      readonly kind: 'root';
      readonly x: Stream;
      readonly centred: boolean;
      readonly epsilon: Rational;
      readonly inverse: boolean;
    }
  /** c0 + c1·x + c2·x² + c3·x³, or the hyperbolic tangent of it; x as it is, or without its mean. */
  | {
      readonly kind: 'polynomial';
      readonly x: Stream;
      readonly centred: boolean;
      readonly c: readonly number[];
      readonly tanh: boolean;
    }
  | { readonly kind: 'softmax'; readonly x: Stream }
  /** The k largest of a softmax or of its logits along the last axis: their values, or their indices. */
  | { readonly kind: 'largest'; readonly choice: Choice; readonly indices: boolean }
  | { readonly kind: 'gateSum'; readonly choice: Choice }
  /** The softmax's values at the chosen places, zero at the others. */
  | { readonly kind: 'gates'; readonly choice: Choice }
  /** Gates times the results of as many experts, to be summed over these. */
  | { readonly kind: 'weighted'; readonly gates: Stream; readonly choice: Choice; readonly experts: Stream };

/** Top-k of the softmax over the logits' last axis. */
export interface Choice {
  readonly logits: Stream;
  readonly k: number;
  /** The gates of the chosen sum to one. */
  readonly renormalise: boolean;
  /** The values are the logits themselves: no softmax yet. */
  readonly raw: boolean;
}

/**
 * What the importer knows of an ONNX tensor while it walks the graph.
 *
 * - `const`: known now.
 * - `host`: real numbers before the first quantiser, computed by the `pre` program.
 * - `stream`: steps(base), read through a view: the part that becomes hardware.
 * - `tail`: real numbers after the last quantiser, computed by the `post` program.
 * - `failed`: could not be imported; said once, and whatever depends on it is silent.
 */
export type Value =
  | { readonly kind: 'const'; readonly tensor: HostTensor }
  | { readonly kind: 'host'; readonly name: string; readonly shape: readonly number[]; readonly dtype: DType }
  | Stream
  | {
      readonly kind: 'tail';
      readonly name: string;
      readonly shape: readonly number[];
      readonly dtype: DType;
      readonly by: string;
    }
  | { readonly kind: 'failed' };

export interface Stream {
  readonly kind: 'stream';
  readonly base: Base;
  /** Per-channel entries run along the last axis of the base in memory. */
  readonly steps: Steps;
  readonly view: View;
  readonly dtype: DType;
  /** Where real results never reach a quantiser: the same tensor, computed by the host instead. */
  readonly ended?: () => Value;
}

export const failed: Value = { kind: 'failed' };

export const isStream = (v: Value | undefined): v is Stream => v?.kind === 'stream';
