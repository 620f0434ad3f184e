import { badExternal } from '../../diag/messages-ir.ts';
import type { ElemType } from '../../num/elem.ts';
import { parseElem } from '../../num/elem.ts';
import type { StoredTensors } from '../../num/safetensors.ts';
import { allocate, fitsInt32, type IntArray, numel, valueRange } from '../../num/tensor.ts';
import type { TextReader } from './reader.ts';

/** `[2, 3]` */
export const readShape = (r: TextReader): number[] =>
  r.list('[', ']', () => {
    const d = r.integer('an extent');
    return d >= 0 ? d : r.fail(`an extent cannot be ${d}`);
  });

/** `u4` */
export function readElem(r: TextReader): ElemType {
  const t = r.peek();
  const elem = t.kind === 'word' ? parseElem(t.text) : undefined;
  if (!elem) return r.fail(`expected an element type such as u4, i8 or b1, found ${JSON.stringify(t.text)}`);
  r.next();
  return elem;
}

/** `external`, or `= [1, 2, 3]`: as many values as the shape has. */
export function readData(
  r: TextReader,
  key: string,
  shape: readonly number[],
  external: StoredTensors,
): ArrayLike<number> {
  const line = r.line;
  if (r.accept('external')) {
    const t = external.get(key);
    if (!t) r.report(badExternal(line, key, 'no tensor of this name was given'));
    else if (t.shape.length !== shape.length || t.shape.some((d, i) => d !== shape[i]))
      r.report(badExternal(line, key, `its tensor has shape [${t.shape.join(', ')}], not [${shape.join(', ')}]`));
    return t?.data ?? [];
  }
  r.expect('=');
  const data = r.list('[', ']', () => r.number('a number'));
  if (data.length !== numel(shape)) r.note(line, `${data.length} values are given for shape [${shape.join(', ')}]`);
  return data;
}

/** Integers in the storage that their type has everywhere; the wider one where a value does not even fit that. */
export function toIntegers(r: TextReader, line: number, elem: ElemType, data: ArrayLike<number>): IntArray {
  const range = valueRange(data);
  const out = fitsInt32(range) ? allocate(data.length, elem) : new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    if (!Number.isSafeInteger(v)) {
      r.note(line, `${v} is no integer below 2^53`);
      break;
    }
    // Integers know no negative zero.
    out[i] = v + 0;
  }
  return out;
}
