import type { Rng } from '../conformance/case.ts';

type Mutation = (r: Rng, bytes: Uint8Array) => Uint8Array;

const flipBits: Mutation = (r, bytes) => {
  const out = bytes.slice();
  for (let n = r.int(1, 8); n > 0; n--) {
    const at = r.int(0, out.length - 1);
    out[at] = (out[at] as number) ^ (1 << r.int(0, 7));
  }
  return out;
};

const truncate: Mutation = (r, bytes) => bytes.subarray(0, r.int(0, bytes.length - 1));

const insert: Mutation = (r, bytes) => {
  const at = r.int(0, bytes.length);
  const extra = Uint8Array.from({ length: r.int(1, 16) }, () => r.int(0, 255));
  return Uint8Array.from([...bytes.subarray(0, at), ...extra, ...bytes.subarray(at)]);
};

const remove: Mutation = (r, bytes) => {
  const at = r.int(0, bytes.length - 1);
  return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + r.int(1, 32))]);
};

/** Interesting bytes: ends of ranges, and varints that decode to huge or negative numbers. */
const overwrite: Mutation = (r, bytes) => {
  const out = bytes.slice();
  const pattern = r.pick([
    [0],
    [0xff],
    [0x7f],
    [0x80],
    [0xff, 0xff, 0xff, 0xff, 0x0f],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  ]);
  out.set(pattern.slice(0, out.length), r.int(0, Math.max(0, out.length - pattern.length)));
  return out;
};

const move: Mutation = (r, bytes) => {
  const out = bytes.slice();
  const n = r.int(1, Math.min(64, out.length));
  out.copyWithin(r.int(0, out.length - n), r.int(0, out.length - n), undefined);
  return out;
};

const MUTATIONS: readonly Mutation[] = [flipBits, flipBits, overwrite, overwrite, truncate, insert, remove, move];

/** One or a few random damages. `spare` bytes at the beginning (with the structure in them) are hit more often. */
export function mutate(r: Rng, bytes: Uint8Array, spare = 0): Uint8Array {
  let out = bytes;
  for (let n = r.pick([1, 1, 1, 2, 4]); n > 0 && out.length > 0; n--) {
    const f = r.pick(MUTATIONS);
    if (spare === 0 || out.length <= spare || r.chance(0.5)) {
      out = f(r, out);
      continue;
    }
    const head = f(r, out.subarray(0, spare));
    const whole = new Uint8Array(head.length + out.length - spare);
    whole.set(head);
    whole.set(out.subarray(spare), head.length);
    out = whole;
  }
  return out;
}
