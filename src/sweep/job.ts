import { ordered } from '../num/json.ts';
import type { BuildConfig } from '../passes/config.ts';
import { contentHash } from '../sim/cache.ts';
import type { Objective } from './spec.ts';

/** What all jobs of a sweep share: enough to compute them on another machine. */
export interface Source {
  /** Version of Sluice: another one may choose otherwise. */
  readonly version: string;
  /** The model file's name, and the design's. */
  readonly file: string;
  readonly name: string;
  /** An ONNX file, or the text of a model with its constants. */
  readonly model: Uint8Array;
  readonly constants?: Uint8Array;
  /** `.npy` files. */
  readonly data?: { readonly inputs: Uint8Array; readonly expect: Uint8Array };
}

export interface Job {
  /** The hash of everything that the result depends on. */
  readonly key: string;
  readonly config: BuildConfig;
  /** Samples of the data to look at, from the first on; 0 without data. */
  readonly samples: number;
}

export type Figures = { readonly [o in Objective]?: number };

/** What a job found; the same for the same job, whenever and wherever it is computed. */
export interface JobResult extends Job {
  readonly status: 'done' | 'refused';
  readonly figures: Figures;
  /** PE and SIMD by kernel. */
  readonly folding: { readonly [kernel: string]: { readonly [knob: string]: number } };
  /** Why the design was refused. */
  readonly why?: string;
}

export const sourceHash = ({ version, file, name, model, constants, data }: Source): string =>
  contentHash([version, file, name, model, constants ?? '', data?.inputs ?? '', data?.expect ?? '']);

export const jobOf = (source: string, config: BuildConfig, samples: number): Job => ({
  key: contentHash([source, JSON.stringify(ordered(config)), `${samples}`]).slice(0, 32),
  config,
  samples,
});
