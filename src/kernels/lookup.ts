import type { Graph } from '../ir/graph.ts';
import type { OpLookup } from '../ir/lookup.ts';
import type { OpDef } from '../ir/op.ts';
import { tensorOps } from '../ir/ops/index.ts';
import { kernels } from './index.ts';

/** Finds the definitions of a graph's nodes: tensor ops or kernels, by its level (some kinds exist on both). */
export const lookupFor = (level: Graph['level']): OpLookup =>
  level === 'tensor' ? (kind) => tensorOps.get(kind) : (kind) => kernels.get(kind) as OpDef | undefined;
