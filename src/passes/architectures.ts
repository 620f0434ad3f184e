import type { BuildConfig } from './config.ts';

export type Architecture = NonNullable<BuildConfig['arch']>;

/** Apart from the schema: the command line knows these before it loads what checks schemas. */
export const ARCHITECTURES: readonly Architecture[] = ['streaming', 'pixelwise', 'unrolled'];
