/** Constants as exact pairs of integers and scales, against the model's own arithmetic. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostOps } from '../../src/host/ops/index.ts';
import { type HostTensor, hostTensor, scalar } from '../../src/host/tensor.ts';
import { ConstFolder, commonDivisor, integerWeights } from '../../src/import/onnx/consts.ts';
import type { OnnxNode } from '../../src/import/onnx/load.ts';
import { contains, elemRange } from '../../src/num/elem.ts';
import { fromNumber, mul, rational } from '../../src/num/rational.ts';

const node = (op: string, attrs: OnnxNode['attrs'] = {}): OnnxNode => ({
  name: op,
  op,
  domain: '',
  opset: 13,
  attrs,
  inputs: [],
  outputs: ['y'],
});

const fold = (f: ConstFolder, n: OnnxNode, ...inputs: readonly HostTensor[]): HostTensor => {
  const t = f.fold(n, inputs)?.[0];
  if (!t) throw new Error(`${n.op} was not folded`);
  return t;
};

const [ROWS, COLS] = [3, 4];
const reals = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), {
  minLength: ROWS * COLS,
  maxLength: ROWS * COLS,
});
const scales = fc.oneof(
  fc.double({ min: 0.01, max: 3, noNaN: true }).map((s) => hostTensor('float32', [], [s])),
  fc
    .array(fc.double({ min: 0.01, max: 3, noNaN: true }), { minLength: ROWS, maxLength: ROWS })
    .map((s) => hostTensor('float32', [ROWS, 1], s)),
);
const matrixOf = (v: readonly number[]): HostTensor => hostTensor('float32', [ROWS, COLS], v);

/** Weights must be what the folded tensor holds, as exact products that round to its doubles. */
function expectWeights(f: ConstFolder, t: HostTensor, rows = ROWS): void {
  const w = integerWeights(f, t, rows);
  if (typeof w === 'number') throw new Error(`${w} bits`);
  const cols = t.data.length / rows;
  const range = elemRange(w.elem);
  w.data.forEach((code, i) => {
    const scale = w.scale[w.scale.length === 1 ? 0 : Math.floor(i / cols)] ?? rational(0n);
    expect(mul(fromNumber(code), scale)).toEqual(f.exact(t, i));
    expect(contains(range, { lo: code, hi: code })).toBe(true);
  });
}

describe('weights behind a quantiser', () => {
  it('Quant: are its codes and its scale, exactly', () => {
    fc.assert(
      fc.property(
        reals,
        scales,
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        fc.boolean(),
        (v, s, b, signed, narrow) => {
          fc.pre(!(narrow && !signed && b === 1));
          const f = new ConstFolder();
          const attrs = { signed: Number(signed), narrow: Number(narrow), rounding_mode: 'ROUND' };
          const t = fold(f, node('Quant', attrs), matrixOf(v), s, scalar(0), scalar(b));
          expectWeights(f, t);
          // The doubles of the model's own execution are these products, rounded.
          const codes = f.codesOf(t);
          t.data.forEach((x, i) => {
            expect(x + 0).toBe((codes?.code.data[i] as number) * (codes?.scale.data[i] as number) + 0);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('BipolarQuant: are −1 and +1', () => {
    fc.assert(
      fc.property(reals, scales, (v, s) => {
        const f = new ConstFolder();
        const t = fold(f, node('BipolarQuant'), matrixOf(v), s);
        expectWeights(f, t);
        const w = integerWeights(f, t, ROWS);
        if (typeof w === 'number') throw new Error('no integers');
        expect(w.elem).toEqual({ kind: 'bipolar', bits: 1 });
        expect([...w.data]).toEqual(v.map((x) => (x >= 0 ? 1 : -1)));
      }),
    );
  });

  it('DequantizeLinear: are the integers less the zero point', () => {
    const codes = fc.array(fc.integer({ min: -128, max: 127 }), { minLength: ROWS * COLS, maxLength: ROWS * COLS });
    fc.assert(
      fc.property(codes, fc.integer({ min: -9, max: 9 }), fc.double({ min: 0.01, max: 2, noNaN: true }), (v, z, s) => {
        const f = new ConstFolder();
        const x = hostTensor('int8', [ROWS, COLS], v);
        const t = fold(f, node('DequantizeLinear'), x, scalar(s), scalar(z, 'int8'));
        const w = integerWeights(f, t, ROWS);
        if (typeof w === 'number') throw new Error('no integers');
        expect([...w.data]).toEqual(v.map((c) => c - z));
        expect(w.scale).toEqual([fromNumber(s)]);
        expectWeights(f, t);
      }),
    );
  });

  it('keep their codes through operators that move elements', () => {
    fc.assert(
      fc.property(reals, scales, (v, s) => {
        const f = new ConstFolder();
        const t = fold(f, node('Quant'), matrixOf(v), s, scalar(0), scalar(4));
        const turned = fold(f, node('Transpose', { perm: [1, 0] }), t);
        const moved = hostOps.get('Transpose')?.({ inputs: [t], attrs: { perm: [1, 0] }, opset: 13, outputs: 1 })[0];
        expect(turned.data).toEqual(moved?.data);
        for (let i = 0; i < turned.data.length; i++) {
          const source = (i % ROWS) * COLS + Math.floor(i / ROWS);
          expect(f.exact(turned, i)).toEqual(f.exact(t, source));
        }
      }),
    );
  });
});

describe('weights without a quantiser', () => {
  it('are multiples of their greatest common divisor', () => {
    const codes = fc.array(fc.integer({ min: -127, max: 127 }), { minLength: ROWS * COLS, maxLength: ROWS * COLS });
    fc.assert(
      fc.property(codes, fc.integer({ min: -20, max: 20 }), (v, e) => {
        const f = new ConstFolder();
        const t = matrixOf(v.map((c) => c * 2 ** e));
        expectWeights(f, t);
      }),
    );
  });

  it('may have a power of two of their own in each row', () => {
    const f = new ConstFolder();
    const t = hostTensor('float32', [2, 2], [3 * 2 ** 20, 2 ** 20, 5 * 2 ** -9, -(2 ** -9)]);
    expectWeights(f, t, 2);
    expect(integerWeights(f, t, 2)).toMatchObject({ data: Int32Array.of(3, 1, 5, -1) });
  });

  it('are real numbers when they have too many bits', () => {
    const bits = integerWeights(new ConstFolder(), hostTensor('float32', [1, 2], [1, 1 + 2 ** -20]), 1);
    expect(bits).toBeGreaterThan(16);
  });
});

describe('commonDivisor', () => {
  it('divides all values into integers that share no factor', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: -40, max: 40 }),
        (v, e) => {
          const g = commonDivisor(Float64Array.from(v, (x) => x * 2 ** e));
          if (v.every((x) => x === 0)) {
            expect(g).toBe(0);
            return;
          }
          const quotients = v.map((x) => (x * 2 ** e) / g);
          expect(quotients.every(Number.isInteger)).toBe(true);
          const divides = (d: number): boolean => quotients.every((q) => q % d === 0);
          for (let d = 2; d <= 1000; d++) expect(divides(d)).toBe(false);
        },
      ),
    );
  });

  it('is NaN where there is none in reach', () => {
    expect(commonDivisor(Float64Array.of(1, 2 ** -60))).toBeNaN();
    expect(commonDivisor(Float64Array.of(1, Number.NaN))).toBeNaN();
    expect(commonDivisor(Float64Array.of(Number.POSITIVE_INFINITY))).toBeNaN();
  });
});
