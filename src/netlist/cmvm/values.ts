import { bitLength, type Interval } from '../../num/elem.ts';

/** A sum of two values, shared by those who use it: (a << sa) ± (b << sb). */
export interface Shared {
  readonly a: number;
  readonly sa: number;
  readonly b: number;
  readonly sb: number;
  readonly sign: 1 | -1;
}

/** The linear form of a value in the inputs: columns in ascending order. */
interface Form {
  readonly columns: readonly number[];
  readonly factors: readonly number[];
}

/** Σ of two forms, times pa and pb. */
function combine(a: Form, pa: number, b: Form, pb: number): Form {
  const columns: number[] = [];
  const factors: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.columns.length || j < b.columns.length) {
    const [ca, cb] = [a.columns[i] ?? Number.POSITIVE_INFINITY, b.columns[j] ?? Number.POSITIVE_INFINITY];
    const c = Math.min(ca, cb);
    const f = (ca === c ? (a.factors[i++] as number) * pa : 0) + (cb === c ? (b.factors[j++] as number) * pb : 0);
    if (f !== 0) {
      columns.push(c);
      factors.push(f);
    }
  }
  return { columns, factors };
}

/** The values of a decomposition: inputs first, then sums of two. Ranges are exact, for they are those of linear forms. */
export class Values {
  readonly shared: Shared[] = [];
  /** Width in bits of the range, and adders on the longest path. */
  readonly width: number[] = [];
  readonly depth: number[] = [];
  private readonly forms: Form[] = [];
  readonly inputs: number;
  private readonly spans: readonly number[];

  /** `spans`: hi − lo of each input; `depths`: levels before it. */
  constructor(spans: readonly number[], depths: readonly number[]) {
    this.spans = spans;
    this.inputs = spans.length;
    for (let i = 0; i < spans.length; i++) {
      this.forms.push({ columns: [i], factors: [1] });
      this.width.push(Math.max(1, bitLength(spans[i] as number)));
      this.depth.push(depths[i] ?? 0);
    }
  }

  get size(): number {
    return this.width.length;
  }

  /** Bits that the range of (a << sa) ± (b << sb) needs. */
  widthOf(s: Shared): number {
    const { columns, factors } = this.form(s);
    let span = 0;
    for (let i = 0; i < columns.length; i++)
      span += Math.abs(factors[i] as number) * (this.spans[columns[i] as number] as number);
    return Math.max(1, bitLength(span));
  }

  /** The exact range of a value, given those of the inputs. */
  rangeOf(value: number, inputs: readonly Interval[]): Interval {
    const { columns, factors } = this.forms[value] as Form;
    let [lo, hi] = [0, 0];
    columns.forEach((c, i) => {
      const f = factors[i] as number;
      const x = inputs[c] as Interval;
      lo += f * (f > 0 ? x.lo : x.hi);
      hi += f * (f > 0 ? x.hi : x.lo);
    });
    return { lo, hi };
  }

  push(s: Shared): number {
    this.width.push(this.widthOf(s));
    this.depth.push(Math.max(this.depth[s.a] as number, this.depth[s.b] as number) + 1);
    this.forms.push(this.form(s));
    this.shared.push(s);
    return this.size - 1;
  }

  private form(s: Shared): Form {
    return combine(this.forms[s.a] as Form, 2 ** s.sa, this.forms[s.b] as Form, s.sign * 2 ** s.sb);
  }
}
