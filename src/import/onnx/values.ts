import type { DType, HostTensor } from '../../host/tensor.ts';
import type { Interval } from '../../num/elem.ts';
import type { Steps } from './steps.ts';
import type { View } from './view.ts';

/** Where the integers of a stream are: a value of the IR, or a tensor of the host that will become an input port. */
export type Base =
  | { readonly kind: 'ir'; readonly value: string }
  | {
      readonly kind: 'host';
      readonly name: string;
      /** The host tensor's shape, and the order in which the port will stream it. */
      readonly shape: readonly number[];
      readonly perm: readonly number[];
      /** Set where the model's own input is integers. */
      readonly integers?: Interval;
    };

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
}

export const failed: Value = { kind: 'failed' };

export const isStream = (v: Value | undefined): v is Stream => v?.kind === 'stream';
