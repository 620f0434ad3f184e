import type { ElemType } from '../num/elem.ts';
import type { Json } from '../num/json.ts';
import type { ScalarSteps } from '../num/scalar.ts';
import type { IntArray } from '../num/tensor.ts';

/** Attributes survive printing and parsing unchanged. */
export type Attrs = { readonly [key: string]: Json };

/**
 * The type of a value: one frame of integers, channels last, no batch axis.
 *
 * In a kernel graph a value is a stream: its shape is flat (`[numel]`, in stream order: row-major, channels last) and
 * `lanes` consecutive elements travel in one beat.
 */
export interface ValueType {
  readonly shape: readonly number[];
  readonly elem: ElemType;
  readonly lanes?: number;
}

/** An integer constant: weights, thresholds, tables. Canonical order, independent of folding. */
export interface Const {
  readonly shape: readonly number[];
  readonly elem: ElemType;
  readonly data: IntArray;
}

export interface Node {
  /** Unique in the graph; becomes the instance name in the hardware. */
  readonly name: string;
  /** Kind of a tensor op or of a kernel, in lower case. */
  readonly op: string;
  readonly attrs: Attrs;
  readonly inputs: readonly string[];
  /** Role → name of a constant of the graph. */
  readonly consts: { readonly [role: string]: string };
  readonly outputs: readonly string[];
  /** Names of the ONNX nodes that it came from; carried through every rewrite. */
  readonly origin: readonly string[];
}

/**
 * How the model's own tensor maps onto the value: the tensor of `shape` (no batch axis) is transposed by `perm` and
 * reshaped to the value's shape. Outputs go the other way.
 */
export interface Layout {
  readonly shape: readonly number[];
  readonly perm: readonly number[];
}

export interface InputPort {
  readonly name: string;
  readonly value: string;
  /** The model's own quantiser, real → integer, exact; `[]` where the model's input is integers already. */
  readonly steps: ScalarSteps;
  /** Smallest and largest integer that can enter: narrower than the type where the quantiser says so. */
  readonly range: readonly [number, number];
  readonly layout: Layout;
}

export interface OutputPort {
  readonly name: string;
  readonly value: string;
  /** Integer → real: an `affine` in most cases; `[]` where the model's output is integers. */
  readonly steps: ScalarSteps;
  readonly layout: Layout;
}

/** A frozen dataflow graph. Nodes are in topological order; every value has one producer. */
export interface Graph {
  readonly name: string;
  /** `tensor`: ops of `ir/ops`; `kernel`: every node is a hardware kernel and every value a stream. */
  readonly level: 'tensor' | 'kernel';
  readonly inputs: readonly InputPort[];
  readonly outputs: readonly OutputPort[];
  readonly nodes: readonly Node[];
  readonly values: { readonly [name: string]: ValueType };
  readonly consts: { readonly [name: string]: Const };
}
