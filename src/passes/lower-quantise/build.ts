import type { Replacement } from '../../ir/edit.ts';
import type { Attrs, Const, Node, ValueType } from '../../ir/graph.ts';
import { bipolar, type ElemType, elemFor } from '../../num/elem.ts';
import { fitsInt32, valueRange } from '../../num/tensor.ts';
import type { Form } from './choose.ts';
import type { Subject } from './subject.ts';

/** The nodes, types and constants that take the place of a `quantise` node; `name` finds a free constant name. */
export function replacementOf(s: Subject, form: Form, output: ValueType, name: (base: string) => string): Replacement {
  const { node } = s;
  const out = node.outputs[0] ?? '';
  if (form.method === 'identity') return { nodes: [], rename: { [out]: node.inputs[0] ?? '' } };
  const parts = partsOf(s, form);
  const named = Object.keys(parts.consts).map((role) => [role, name(`${node.name}_${role}`)] as const);
  const consts = Object.fromEntries(named.map(([role, n]) => [n, parts.consts[role] as Const]));
  const next: Node = { ...node, op: form.method, attrs: parts.attrs, consts: Object.fromEntries(named) };
  return { nodes: [next], values: { [out]: { ...output, elem: parts.elem } }, consts };
}

interface Parts {
  readonly attrs: Attrs;
  readonly consts: { readonly [role: string]: Const };
  readonly elem: ElemType;
}

function partsOf(s: Subject, form: Exclude<Form, { method: 'identity' }>): Parts {
  switch (form.method) {
    case 'thresholds': {
      const { base, step, rows, descending } = form.rows;
      const columns = rows[0]?.length ?? 0;
      const thresholds = constant([rows.length, columns], rows);
      const marks = constant([descending.length], [Float64Array.from(descending, Number)]);
      return {
        attrs: { base, step },
        consts: descending.includes(true) ? { thresholds, descending: marks } : { thresholds },
        elem: step === 2 ? bipolar : elemFor({ lo: base, hi: base + step * columns }),
      };
    }
    case 'requantise': {
      const { shift, ties, lo, hi, mul, add } = form.form;
      const consts = { mul: constant([mul.length], [mul]), add: constant([add.length], [add]) };
      return { attrs: { shift, ties, lo, hi }, consts, elem: elemFor({ lo, hi }) };
    }
    case 'table': {
      const table = constant([form.rows.length, form.rows[0]?.length ?? 0], form.rows);
      return {
        attrs: { offset: s.domain.lo },
        consts: { table },
        elem: s.bipolar ? bipolar : elemFor(s.range ?? valueRange(table.data)),
      };
    }
  }
}

/** Rows of integers as one constant of the narrowest type. */
function constant(shape: readonly number[], rows: readonly ArrayLike<number>[]): Const {
  const flat = rows.length === 1 ? (rows[0] as ArrayLike<number>) : rows.flatMap((r) => Array.from(r));
  const range = valueRange(flat);
  return { shape, elem: elemFor(range), data: fitsInt32(range) ? Int32Array.from(flat) : Float64Array.from(flat) };
}
