import { type Diagnostic, DiagnosticError } from '../../diag/diagnostic.ts';
import { noQuantiseForm } from '../../diag/messages-quantise.ts';
import { analyseBounds } from '../../ir/bounds.ts';
import { freshName, rewriteNodes } from '../../ir/edit.ts';
import type { Graph, Node, ValueType } from '../../ir/graph.ts';
import type { OpLookup } from '../../ir/lookup.ts';
import { tensorOps } from '../../ir/ops/index.ts';
import { replacementOf } from './build.ts';
import { type Choice, choose, type Form, type QuantiseMethod } from './choose.ts';
import { bitsFor, bitsOf } from './cost.ts';
import { type Subject, subjectOf } from './subject.ts';

export interface LowerQuantiseOptions {
  /** For all nodes: `auto` (the default) weighs the methods, any other is forced. */
  readonly method?: QuantiseMethod;
  /** For single nodes, by name. */
  readonly nodes?: { readonly [name: string]: QuantiseMethod };
  /** Finds the definitions of ops; the tensor ops unless told otherwise. */
  readonly lookup?: OpLookup;
}

/** What one `quantise` node became, and why: a line of the report. */
export interface QuantiseDecision {
  readonly node: string;
  readonly origin: readonly string[];
  readonly method: Form['method'];
  readonly why: string;
  /** Channels with a function of their own; 1 when all share one. */
  readonly channels: number;
  readonly inputBits: number;
  readonly outputBits: number;
  /** Widths of what was chosen: `thresholds` and `levels`; `mul`, `add` and `shift`; or `entries`. */
  readonly bits: { readonly [part: string]: number };
  /** Estimated LUTs of one lane for every method that was weighed. */
  readonly costs: { readonly [method: string]: number };
}

/**
 * Replaces every `quantise` by hardware that is equal on every value that can arrive: nothing at all, thresholds, a
 * multiply-add-shift proven step by step, or a table. Throws one diagnostic per node for which there is no such form.
 */
export function lowerQuantise(
  graph: Graph,
  options: LowerQuantiseOptions = {},
): { readonly graph: Graph; readonly decisions: readonly QuantiseDecision[] } {
  const bounds = analyseBounds(graph, options.lookup ?? ((kind) => tensorOps.get(kind)));
  const decisions: QuantiseDecision[] = [];
  const problems: Diagnostic[] = [];
  const taken = new Set(Object.keys(graph.consts));
  const lowered = rewriteNodes(graph, (node) => {
    if (node.op !== 'quantise') return undefined;
    const input = graph.values[node.inputs[0] ?? ''];
    const output = graph.values[node.outputs[0] ?? ''];
    const reaching = bounds.get(node.inputs[0] ?? '');
    if (!input || !output || !reaching) return undefined;
    const method = options.nodes?.[node.name] ?? options.method ?? 'auto';
    const made = unlessUndefined(() => {
      const subject = subjectOf(node, input, output, reaching);
      const choice = choose(subject, method);
      return typeof choice === 'string' ? choice : { subject, choice };
    });
    if (typeof made === 'string') {
      problems.push(noQuantiseForm(node.name, made, node.origin[0]));
      return undefined;
    }
    const { subject, choice } = made;
    decisions.push(decisionOf(node, subject, choice, output));
    return replacementOf(subject, choice.form, output, (base) => {
      const name = freshName(taken, base);
      taken.add(name);
      return name;
    });
  });
  if (problems.length > 0) throw new DiagnosticError(problems);
  return { graph: lowered, decisions };
}

/** A function may have no value somewhere, such as log(0): then its message takes the place of the result. */
function unlessUndefined<T>(f: () => T): T | string {
  try {
    return f();
  } catch (e) {
    if (e instanceof RangeError) return e.message;
    throw e;
  }
}

function decisionOf(node: Node, s: Subject, { form, why, costs }: Choice, output: ValueType): QuantiseDecision {
  return {
    node: node.name,
    origin: node.origin,
    method: form.method,
    why,
    channels: s.channels.length,
    inputBits: bitsFor(s.domain),
    outputBits: s.bipolar ? 1 : s.range ? bitsFor(s.range) : output.elem.bits,
    bits: widths(form),
    costs,
  };
}

function widths(form: Form): { readonly [part: string]: number } {
  switch (form.method) {
    case 'identity':
      return {};
    case 'thresholds': {
      const widest = Math.max(...form.rows.rows.map(bitsOf));
      return { levels: form.rows.rows[0]?.length ?? 0, thresholds: widest };
    }
    case 'requantise':
      return { mul: bitsOf(form.form.mul), add: bitsOf(form.form.add), shift: form.form.shift };
    case 'table':
      return { entries: form.rows[0]?.length ?? 0 };
  }
}
