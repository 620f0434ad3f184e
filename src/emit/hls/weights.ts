import { invariant } from '../../diag/diagnostic.ts';
import type { HlsArray } from '../../kernels/kernel.ts';
import { numel } from '../../num/tensor.ts';

const WIDTH = 100;
const BIPOLAR = 'sluice::bipolar';

/** What `weights.hpp.hbs` names of one array. */
export interface ArrayView {
  readonly name: string;
  readonly type: string;
  /** `[4][32][8]` */
  readonly dims: string;
  readonly comment: string;
  readonly values: string;
}

export function arrayView(array: HlsArray, name: string): ArrayView {
  const { type, data } = array;
  const dims = array.dims.map((d) => `[${d}]`).join('');
  invariant(data.length === numel(array.dims), `${name}${dims} given ${data.length} values`);
  const bits = type === BIPOLAR ? '; as bits: 0 is -1, 1 is +1' : '';
  return { name, type, dims, comment: `${array.name}: ${type} ${dims}${bits}`, values: braces(array) };
}

/** Nested braces, one line per innermost row, wrapped. */
function braces({ type, dims, data }: HlsArray): string {
  const text = type === BIPOLAR ? (v: number) => (v > 0 ? '1' : '0') : literal;
  const row = dims[dims.length - 1] ?? 1;
  const level = (axis: number, offset: number, indent: string): string => {
    if (axis >= dims.length - 1) return innermost(data, offset, row, indent, text);
    const size = numel(dims.slice(axis + 1));
    const parts: string[] = [];
    for (let i = 0; i < (dims[axis] as number); i++) parts.push(level(axis + 1, offset + i * size, `${indent}  `));
    return `${indent}{\n${parts.join(',\n')}\n${indent}}`;
  };
  return level(0, 0, '');
}

function innermost(
  data: ArrayLike<number>,
  offset: number,
  count: number,
  indent: string,
  text: (v: number) => string,
): string {
  const lines: string[] = [];
  let line = '';
  for (let i = 0; i < count; i++) {
    const item = text(data[offset + i] as number) + (i + 1 < count ? ',' : '');
    if (line.length + item.length + 1 > WIDTH - indent.length) {
      lines.push(line);
      line = item;
    } else line = line === '' ? item : `${line} ${item}`;
  }
  lines.push(line);
  if (lines.length === 1) return `${indent}{${line}}`;
  return `${indent}{\n${lines.map((l) => `${indent}  ${l}`).join('\n')}\n${indent}}`;
}

/** A C++ literal that has the value's sign and size on every compiler. */
function literal(v: number): string {
  return v >= -0x7fffffff && v <= 0x7fffffff ? `${v}` : `${v}LL`;
}
