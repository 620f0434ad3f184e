import { type CycleModel, restUnless, slotModel } from '../cycles.ts';
import { bufferDepth } from './buffer.ts';
import { isParallel, outputSize, type SwgAttrs, windowOffsets, wordGeometry } from './geometry.ts';

export function swgCycles(a: SwgAttrs): CycleModel {
  return isParallel(a) ? parallelModel(a) : sequentialModel(a, bufferDepth(a));
}

/** Each slot takes a pixel; a slot that takes the last pixel of a window emits it. */
function parallelModel(a: SwgAttrs): CycleModel {
  const [rows, columns] = outputSize(a);
  const ends = (at: number, k: number, d: number, s: number, n: number): boolean => {
    const first = at - (k - 1) * d;
    return first >= 0 && first % s === 0 && first / s < n;
  };
  return slotModel(
    a.H * a.W,
    (i) => ({
      reads: 1,
      writes:
        ends(Math.floor(i / a.W), a.kernel[0], a.dilation[0], a.stride[0], rows) &&
        ends(i % a.W, a.kernel[1], a.dilation[1], a.stride[1], columns),
    }),
    1,
  );
}

/**
 * Writer and reader of the circular buffer, as in the RTL: `room` words may be written, `ahead` words are there from the
 * reader's position on; the reader's position moves by a delta per beat, and a window's last beat frees a step of words.
 */
export function sequentialModel(a: SwgAttrs, depth: number): CycleModel {
  const g = wordGeometry(a);
  const offsets = windowOffsets(a, g);
  const lastOffset = offsets[g.window - 1] as number;
  let room = depth;
  let ahead = 0;
  let beat = 0;
  let column = 0;
  let row = 0;
  let valid = false;

  /** Moves on by one beat; returns the words freed. */
  const advance = (): number => {
    if (beat + 1 < g.window) {
      ahead -= (offsets[beat + 1] as number) - (offsets[beat] as number);
      beat++;
      return 0;
    }
    beat = 0;
    let step = g.stepPixel;
    if (++column === g.columns) {
      column = 0;
      step = g.stepRow;
      if (++row === g.rows) {
        row = 0;
        step = g.stepFrame;
      }
    }
    ahead -= step - lastOffset;
    return step;
  };

  return {
    reset: () => {
      room = depth;
      ahead = 0;
      beat = 0;
      column = 0;
      row = 0;
      valid = false;
    },
    step: (available, space) => {
      const writes = (available & 1) === 1 && room > 0;
      const push = valid && (space & 1) === 1;
      const reads = (!valid || push) && ahead > 0;
      if (reads || push) valid = reads;
      const freed = reads ? advance() : 0;
      room += freed - (writes ? 1 : 0);
      if (writes) ahead++;
      return (writes ? 1 : 0) | (push ? 1 << 16 : 0);
    },
    rest: restUnless((available, space) => {
      if ((available & 1) === 1 && room > 0) return true;
      return valid ? (space & 1) === 1 : ahead > 0;
    }),
  };
}
