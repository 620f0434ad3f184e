/** sign · (value << shift), one term of a sum. */
export interface Term {
  readonly value: number;
  readonly shift: number;
  readonly sign: 1 | -1;
}

const SHIFT_ROOM = 64;

const termKey = (value: number, shift: number): number => value * SHIFT_ROOM + shift;

/** The terms of one output while they are rewritten: at most one of each value and shift. */
export class Sum {
  readonly values: number[] = [];
  readonly shifts: number[] = [];
  readonly signs: number[] = [];
  private readonly place = new Map<number, number>();

  get size(): number {
    return this.values.length;
  }

  /** The place of a term, or −1. */
  find(value: number, shift: number): number {
    return this.place.get(termKey(value, shift)) ?? -1;
  }

  push(value: number, shift: number, sign: number): void {
    this.place.set(termKey(value, shift), this.size);
    this.values.push(value);
    this.shifts.push(shift);
    this.signs.push(sign);
  }

  /** Takes out the term at a place; the last one moves there. */
  remove(at: number): void {
    this.place.delete(termKey(this.values[at] as number, this.shifts[at] as number));
    const [value = 0, shift = 0, sign = 0] = [this.values.pop(), this.shifts.pop(), this.signs.pop()];
    if (at === this.size) return;
    this.values[at] = value;
    this.shifts[at] = shift;
    this.signs[at] = sign;
    this.place.set(termKey(value, shift), at);
  }

  terms(): Term[] {
    return this.values.map((value, i) => ({
      value,
      shift: this.shifts[i] as number,
      sign: (this.signs[i] as number) > 0 ? 1 : -1,
    }));
  }
}
