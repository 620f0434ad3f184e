import { type Diagnostic, fail, invariant } from '../../diag/diagnostic.ts';
import { assumedInput, floatBetween } from '../../diag/messages-import.ts';
import type { HostNode, HostProgram, HostValue } from '../../host/program.ts';
import { type HostTensor, isFloat } from '../../host/tensor.ts';
import { GraphBuilder } from '../../ir/builder.ts';
import { bipolar, type Interval } from '../../num/elem.ts';
import { type Rational, rational } from '../../num/rational.ts';
import type { Batched } from './batched.ts';
import { curveFor } from './curve.ts';
import { endsInSign, grounded, outputLayout, stepsKey } from './ends.ts';
import type { FixedPoint } from './fixed.ts';
import type { OnnxNode } from './load.ts';
import type { ImportOptions } from './options.ts';
import { fractionFor, inUnits, nameOf } from './real.ts';
import {
  type Affine,
  identity,
  integerRange,
  isIdentity,
  lastRounding,
  linearForm,
  type Steps,
  scaleBy,
  toScalarStep,
} from './steps.ts';
import type { Base, Stream, Value } from './values.ts';
import { isContiguous, permutationTo, stored, viewShape } from './view.ts';

/** A stream brought to the form scale·q + offset: q is an IR value, the affine is per tensor or per channel. */
export interface Linear {
  readonly value: string;
  readonly affine: Affine;
}

type HostKind = Extract<Value, { kind: 'host' | 'tail' }>;

/** Everything that an import builds up: the graph, the two host programs, and what there is to say. */
export class ImportContext {
  readonly builder: GraphBuilder;
  readonly warnings: Diagnostic[] = [];
  readonly options: ImportOptions;
  /** Products with one matrix per expert, by the value of their results. */
  readonly batched = new Map<string, Batched>();
  private readonly pre: HostNode[] = [];
  private readonly post: HostNode[] = [];
  private readonly hostConsts = new Map<string, HostTensor>();
  private readonly portTensors: { readonly port: string; readonly host: string; readonly value: HostValue }[] = [];
  private readonly tailInputs: HostValue[] = [];
  private readonly linearCache = new WeakMap<Stream, Linear>();
  private readonly portCache = new Map<string, string>();
  private readonly tailCache = new WeakMap<Stream, HostKind>();

  constructor(name: string, options: ImportOptions) {
    this.builder = new GraphBuilder(name);
    this.options = options;
  }

  /** scale·q + offset of a stream; emits the quantiser (or the input port) that makes q. */
  linear(s: Stream, node: OnnxNode): Linear {
    const known = this.linearCache.get(s);
    if (known) return known;
    const { base, steps } = grounded(s);
    const form = linearForm(steps);
    if (typeof form === 'string') return fail(floatBetween(node.name, node.op, form));
    const result = { value: this.integers(base, form.head, node), affine: form.tail };
    this.linearCache.set(s, result);
    return result;
  }

  private integers(base: Base, head: Steps, node: OnnxNode): string {
    if (base.kind === 'host') return this.port(base, head, node);
    if (base.kind === 'ir') return this.quantise(base.value, head, node);
    const why = `no quantiser makes integers of the ${nameOf(base)} before it`;
    if (head.length === 0 || !base.make) return fail(floatBetween(node.name, node.op, why));
    const fraction = fractionFor(head);
    return this.quantise(base.make(fraction), inUnits(fraction, head), node);
  }

  /** Like {@link linear}, but where the model's tensor is integers, q is exactly these: zero points are added in hardware. */
  private codes(s: Stream, node: OnnxNode): Linear {
    const form = linearForm(s.steps);
    if (typeof form === 'string' || isFloat(s.dtype) || s.base.kind !== 'ir') return this.linear(s, node);
    const { a, b } = form.tail;
    const shifted = a.every(isOne) && b.every((x) => x.den === 1n) && b.some((x) => x.num !== 0n);
    if (!shifted) return this.linear(s, node);
    return { value: this.quantise(s.base.value, [...form.head, form.tail], node), affine: identity };
  }

  /** Integers from integers, by steps that end in a rounding or need none. */
  quantise(value: string, head: Steps, node: OnnxNode): string {
    if (head.length === 0) return value;
    const key = `${value}|${stepsKey(head)}`;
    const known = this.portCache.get(key);
    if (known) return known;
    const made =
      curveFor(this, value, head, node) ??
      this.builder.node({
        op: 'quantise',
        name: `${value}_q`,
        attrs: { steps: head.map(toScalarStep) },
        inputs: [value],
        origin: [node.name],
        ...(endsInSign(head) ? { elem: bipolar } : {}),
      });
    this.portCache.set(key, made);
    return made;
  }

  /** The input port for a host tensor quantised by these steps; one port serves all who ask for the same. */
  private port(base: Extract<Base, { kind: 'host' }>, head: Steps, node: OnnxNode): string {
    const key = `host:${base.name}|${base.perm}|${base.integers ? '' : stepsKey(head)}`;
    let value = this.portCache.get(key);
    if (value === undefined) {
      const range = base.integers ?? integerRange(head, undefined);
      invariant(range, 'an input port needs integers');
      const shape = base.perm.map((p) => base.shape[p] as number);
      const layout = { shape: base.shape, perm: base.perm };
      const steps = base.integers ? [] : head.map(toScalarStep);
      value = this.builder.input(
        { name: base.name, steps, range: [range.lo, range.hi], layout },
        shape,
        !base.integers && endsInSign(head) ? bipolar : undefined,
      );
      const port = this.builder.lastInput().name;
      this.portTensors.push({ port, host: base.name, value: { name: port, dtype: 'float32', shape: base.shape } });
      this.portCache.set(key, value);
    }
    return base.integers ? this.quantise(value, head, node) : value;
  }

  /** A host tensor that meets integer arithmetic without a quantiser: taken as fixed-point numbers, with a warning. */
  assumeFixed(v: HostKind, given: FixedPoint): Stream {
    this.warnings.push(assumedInput(v.name, given.name));
    const scale = rational(1n << BigInt(Math.max(0, given.fraction)), 1n << BigInt(Math.max(0, -given.fraction)));
    const { lo, hi } = given.range;
    const steps: Steps = [
      scaleBy([scale]),
      { kind: 'round', mode: 'ROUND', lo, hi },
      scaleBy([rational(scale.den, scale.num)]),
    ];
    return this.hostStream(v, steps);
  }

  /** A stream whose base is a host tensor: [N, C, …] is streamed channels last. */
  hostStream(v: HostKind, steps: Steps, integers?: Interval): Stream {
    const rank = v.shape.length;
    const axes = v.shape.map((_, i) => i);
    const perm = rank > 2 ? [0, ...axes.slice(2), 1] : axes;
    const base: Base = { kind: 'host', name: v.name, shape: v.shape, perm, ...(integers ? { integers } : {}) };
    return { kind: 'stream', base, steps, view: stored(v.shape, perm), dtype: v.dtype };
  }

  /** Channels of the steps of a stream: the extent of its base's last axis in memory. */
  channels(s: Stream): number {
    const shape =
      s.base.kind === 'ir'
        ? this.builder.type(s.base.value).shape
        : s.base.kind === 'real'
          ? s.base.shape
          : s.base.perm.map((p) => (s.base as { shape: readonly number[] }).shape[p] as number);
    return shape[shape.length - 1] ?? 1;
  }

  /**
   * The IR value with its memory in the order of the given axes of the stream's view, under `shape`. Data that lie
   * otherwise are moved by a `reorder` (absorbed later where it meets a port).
   */
  arranged(
    value: string,
    s: Pick<Stream, 'view'>,
    axes: readonly number[],
    shape: readonly number[],
    node: OnnxNode,
  ): string {
    let v = value;
    if (!isContiguous(s.view, axes)) {
      const { shape: factors, perm } = permutationTo(s.view, axes);
      v = this.builder.node({
        op: 'reorder',
        name: `${node.name}_order`,
        attrs: { shape: factors, perm },
        inputs: [v],
        origin: [node.name],
        elem: this.builder.type(v).elem,
      });
    }
    return this.reshaped(v, shape, node);
  }

  reshaped(value: string, shape: readonly number[], node: OnnxNode): string {
    const has = this.builder.type(value).shape;
    if (has.length === shape.length && has.every((d, i) => d === shape[i])) return value;
    return this.builder.node({
      op: 'reshape',
      name: `${value}_shape`,
      attrs: { shape: [...shape] },
      inputs: [value],
      origin: [node.name],
      elem: this.builder.type(value).elem,
    });
  }

  /** The integers that leave the hardware, and what is left to do to them on the host. */
  private ending(s: Stream, node: OnnxNode): { value: string; rest: Steps } {
    if (typeof linearForm(s.steps) !== 'string') {
      const { value, affine } = this.codes(s, node);
      return { value, rest: isIdentity(affine) ? [] : [affine] };
    }
    const cut = lastRounding(s.steps) + 1;
    const { value } = this.linear({ ...s, steps: s.steps.slice(0, cut) }, node);
    return { value, rest: s.steps.slice(cut) };
  }

  /** Adds an operator to a host program. */
  host(
    kind: 'host' | 'tail',
    node: OnnxNode,
    inputs: readonly (Value | undefined)[],
    outputs: readonly HostTensor[],
  ): Value[] {
    const names = inputs.map((v) => this.hostName(v));
    const by = inputs.find((v) => v?.kind === 'tail')?.by ?? node.op;
    const made = node.outputs.slice(0, outputs.length);
    const add: HostNode = { op: node.op, attrs: node.attrs, opset: node.opset, inputs: names, outputs: made };
    (kind === 'host' ? this.pre : this.post).push(add);
    return made.map((name, i) => {
      const t = outputs[i];
      invariant(t, 'host output');
      return { kind, name, shape: t.shape, dtype: t.dtype, by };
    });
  }

  private hostName(v: Value | undefined): string {
    if (!v) return '';
    if (v.kind === 'host' || v.kind === 'tail') return v.name;
    invariant(v.kind === 'const', 'host operand');
    const name = `const_${this.hostConsts.size}`;
    this.hostConsts.set(name, v.tensor);
    return name;
  }

  /** Ends the hardware at a stream: an output port, and a real tensor for the host to go on with. */
  tail(s: Stream, name: string, node: OnnxNode): HostKind {
    const known = this.tailCache.get(s);
    if (known) return known;
    if (s.base.kind === 'real' && !s.base.exact && lastRounding(s.steps) < 0) {
      const ended = s.ended?.();
      if (ended?.kind === 'tail') return ended;
    }
    const { value, rest } = this.ending(s, node);
    const axes = s.view.map((_, i) => i);
    this.builder.output({ name, value, steps: rest.map(toScalarStep), layout: outputLayout(s, axes) });
    const out = viewShape(s.view);
    this.tailInputs.push({ name, dtype: s.dtype, shape: out });
    const reshapedName = `${name}:out`;
    const to = `${name}:shape`;
    this.hostConsts.set(to, { dtype: 'int64', shape: [out.length], data: Float64Array.from(out) });
    this.post.push({ op: 'Reshape', attrs: {}, opset: 13, inputs: [name, to], outputs: [reshapedName] });
    const result: HostKind = {
      kind: 'tail',
      name: reshapedName,
      shape: out,
      dtype: s.dtype,
      by: `${node.op} "${node.name}"`,
    };
    this.tailCache.set(s, result);
    return result;
  }

  programs(
    inputs: readonly HostValue[],
    outputs: readonly (HostValue & { readonly from: string })[],
  ): { pre: HostProgram; post: HostProgram } {
    const copy = (from: string, to: string): HostNode => ({
      op: 'Identity',
      attrs: {},
      opset: 13,
      inputs: [from],
      outputs: [to],
    });
    const used = (nodes: readonly HostNode[]): HostProgram['consts'] =>
      Object.fromEntries([...this.hostConsts].filter(([n]) => nodes.some((x) => x.inputs.includes(n))));
    const preNodes = [
      ...this.pre,
      ...this.portTensors.filter((p) => p.port !== p.host).map((p) => copy(p.host, p.port)),
    ];
    const postNodes = [...this.post, ...outputs.map((o) => copy(o.from, o.name))];
    return {
      pre: { inputs, outputs: this.portTensors.map((p) => p.value), nodes: preNodes, consts: used(preNodes) },
      post: {
        inputs: this.tailInputs,
        outputs: outputs.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
        nodes: postNodes,
        consts: used(postNodes),
      },
    };
  }
}

const isOne = (r: Rational | undefined): boolean => r?.num === 1n && r.den === 1n;
