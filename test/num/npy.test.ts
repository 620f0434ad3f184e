import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import { readNpy, writeNpy } from '../../src/num/npy.ts';
import { numel } from '../../src/num/tensor.ts';

const shape = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });

/** A file as NumPy writes it, with a header of our choice. */
function file(header: string, body: Uint8Array, version = 1): Uint8Array {
  const head = new TextEncoder().encode(header);
  const length = version === 1 ? [head.length & 255, head.length >> 8] : [head.length & 255, head.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...new TextEncoder().encode('NUMPY'), version, 0, ...length, ...head, ...body]);
}

const header = (descr: string, dims: string, fortran = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${dims}, }\n`;

describe('npy', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(shape, fc.constantFrom('f4', 'f8', 'i4', 'i8'), (dims, dtype) => {
        const n = numel(dims);
        const values = Array.from({ length: n }, (_, i) => (i % 2 ? -i : i * 3));
        const data = {
          f4: () => Float32Array.from(values),
          f8: () => Float64Array.from(values),
          i4: () => Int32Array.from(values),
          i8: () => BigInt64Array.from(values.map(BigInt)),
        }[dtype as 'f4']();
        const bytes = writeNpy(dims, data);
        const back = readNpy(bytes, 'x.npy');
        expect(back.shape).toEqual(dims);
        expect(back.dtype).toBe(dtype);
        expect([...back.data].map((v) => v + 0)).toEqual(values.map((v) => v + 0));
        // The data begin at a multiple of 64 bytes, as NumPy's own.
        expect((bytes.length - data.byteLength) % 64).toBe(0);
      }),
    );
  });

  it('reads big-endian data, Fortran order and version 2', () => {
    const swapped = readNpy(file(header('>i2', '(2,)'), Uint8Array.of(1, 2, 255, 254)), 'x');
    expect([...swapped.data]).toEqual([258, -2]);
    const fortran = readNpy(file(header('|u1', '(2, 3)', 'True'), Uint8Array.of(0, 3, 1, 4, 2, 5)), 'x');
    expect([...fortran.data]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...readNpy(file(header('|b1', '(2,)'), Uint8Array.of(0, 1), 2), 'x').data]).toEqual([0, 1]);
  });

  it('answers anything else with a diagnostic', () => {
    const cases = [
      new Uint8Array(0),
      new Uint8Array(64),
      file(header('<c8', '(1,)'), new Uint8Array(8)),
      file(header('<i4', '(3,)'), new Uint8Array(11)),
      file(header('<i4', '(99999999999, 99999999999)'), new Uint8Array(8)),
      file("{'descr': [('a', '<i4')], }", new Uint8Array(4)),
    ];
    for (const bytes of cases) expect(() => readNpy(bytes, 'x.npy')).toThrow(DiagnosticError);
  });

  it('survives any change of a few bytes', () => {
    const good = writeNpy([2, 3], Int32Array.of(1, 2, 3, 4, 5, 6));
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.nat(good.length), (changes, length) => {
        const bytes = good.slice(0, length);
        for (const [at, v] of changes) if (at < length) bytes[at] = v;
        try {
          readNpy(bytes, 'x.npy');
        } catch (e) {
          expect(e).toBeInstanceOf(DiagnosticError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
