import { nearest } from '../../../host/ops/resize.ts';
import { numel } from '../../../num/tensor.ts';
import { contiguous, type View, viewShape } from '../view.ts';
import { affineAlong } from './along.ts';
import { type Call, constAt, refuse, type StreamOperator, type StreamOperators, streamAt } from './operator.ts';

/** How often each element of an axis comes in a row, or undefined where it is not the same for all. */
function repeats(from: readonly number[], extent: number): number | undefined {
  const times = from.length / extent;
  return Number.isInteger(times) && from.every((source, x) => source === Math.floor(x / times)) ? times : undefined;
}

/** A value beside itself, so often, along the last axis. */
function beside(call: Call, value: string, times: number, what: string): string {
  const { ctx, node } = call;
  let all = value;
  for (let i = 1; i < times; i++) {
    const name = `${node.name}_${what}${times > 2 ? i : ''}`;
    all = ctx.builder.node({ op: 'concat', name, attrs: {}, inputs: [all, value], origin: [node.name] });
  }
  return all;
}

/**
 * Nearest-neighbour enlargement by whole numbers. Channels last, a pixel beside itself is a row twice as wide, and a row beside
 * itself two rows: joins of a stream with itself, whose FIFO holds a pixel or a row.
 */
const enlarged =
  (op: string): StreamOperator =>
  (call) => {
    const s = streamAt(call, 0);
    if (!s) return undefined;
    const { ctx, node } = call;
    const shape = viewShape(s.view);
    const inputs = call.inputs.map((_, i) => constAt(call, i));
    const { from } = nearest({ inputs, attrs: node.attrs, opset: node.opset, outputs: 1 }, shape, op);
    const times = from.map((f, i) => repeats(f, shape[i] ?? 1));
    // Channels come first or last; they and the batch stay as they are.
    const axis = times[1] === 1 ? 1 : shape.length - 1;
    const rest = shape.map((_, i) => i).filter((i) => i !== axis);
    const spatial = rest.slice(1);
    if (times[0] !== 1 || times[axis] !== 1 || times.includes(undefined) || spatial.length < 1 || spatial.length > 2)
      refuse(call, 'it does not enlarge an image by whole numbers', 'enlarge height and width by whole numbers');
    const extent = (i: number | undefined): number => (i === undefined ? 1 : (shape[i] ?? 1));
    const factor = (i: number | undefined): number => (i === undefined ? 1 : (times[i] ?? 1));
    const [y, x] = spatial.length === 1 ? [undefined, spatial[0]] : spatial;
    const [n, c, h, w] = [extent(0), extent(axis), extent(y), extent(x)];
    const linear = ctx.linear(s, node);
    const pixels = ctx.arranged(linear.value, s, [...rest, axis], [n * h * w, c], node);
    const before = contiguous([...rest.map((i) => shape[i] ?? 1), c]);
    const view: View = shape.map((_, i) => before[i === axis ? rest.length : rest.indexOf(i)] ?? []);
    const step = affineAlong(call, linear, s.view, { view, channels: c }, 'its channels are scaled apart');
    const wide = beside(call, pixels, factor(x), 'wide');
    const rows = ctx.reshaped(wide, [n * h, w * factor(x) * c], node);
    const high = beside(call, rows, factor(y), 'high');
    const value = ctx.reshaped(high, [n * h * factor(y) * w * factor(x), c], node);
    const size = shape.map((d, i) => d * (times[i] ?? 1));
    const after = contiguous([...rest.map((i) => size[i] ?? 1), c]);
    const result: View = shape.map((_, i) => after[i === axis ? rest.length : rest.indexOf(i)] ?? []);
    if (numel(size) !== numel(ctx.builder.type(value).shape)) throw new RangeError(`its result is not [${size}]`);
    return [{ ...s, base: { kind: 'ir', value }, steps: [step], view: result }];
  };

export const resizing: StreamOperators = { Resize: enlarged('Resize'), Upsample: enlarged('Upsample') };
