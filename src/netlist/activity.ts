import { evaluate } from './interpret.ts';
import { type Netlist, opAt } from './netlist.ts';
import { registerWidth } from './pipeline.ts';

export interface Activity {
  /** Bits of values that logic makes; inputs, constants and wires are none of its. */
  readonly bits: number;
  /** The mean share of them that change from one vector to the next; glitches in between do not count. */
  readonly rate: number;
}

/** How much of a netlist moves while vectors follow each other; `x` as for `evaluate`. */
export function activityOf(net: Netlist, x: ArrayLike<number>): Activity {
  const made = Array.from(net.op, (_, i) => !['source', 'wires'].includes(opAt(net, i).role));
  const width = Array.from(net.op, (_, i) => registerWidth(net, i));
  const bits = width.reduce((sum, w, i) => sum + (made[i] ? w : 0), 0);
  const before = new Float64Array(net.op.length).fill(Number.NaN);
  let [changes, steps] = [0, 0];
  evaluate(net, x, {
    watch: (i, values) => {
      if (!made[i] || width[i] === 0) return;
      const unit = 2 ** (net.zeros[i] as number);
      let last = before[i] as number;
      for (const v of values) {
        if (!Number.isNaN(last)) {
          changes += changed(last / unit, v / unit, width[i] as number);
          steps += width[i] as number;
        }
        last = v;
      }
      before[i] = last;
    },
  });
  return { bits, rate: steps === 0 ? 0 : changes / steps };
}

const LOW = 2 ** 32;

/** How many of the lowest `width` bits of two integers below 2^53 in magnitude differ. */
function changed(a: number, b: number, width: number): number {
  const low = (a ^ b) & mask(Math.min(width, 32));
  const high = (Math.floor(a / LOW) ^ Math.floor(b / LOW)) & mask(Math.max(0, width - 32));
  return ones(low) + ones(high);
}

const mask = (bits: number): number => (bits >= 32 ? -1 : 2 ** bits - 1);

function ones(word: number): number {
  let n = 0;
  for (let w = word >>> 0; w !== 0; w = (w & (w - 1)) >>> 0) n++;
  return n;
}
