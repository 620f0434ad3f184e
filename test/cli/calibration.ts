/** Wrong ways to quantise a float model by calibration. */
import { writeNpy } from '../../src/num/npy.ts';
import { FLAT, WEIGHTLESS } from './models.ts';

const calibrate = (...args: string[]): string[] => ['build', 'm.onnx', '-o', 'new', ...args];

/** Two frames for the inputs of the small models. */
const X = writeNpy([2, 6], new Float32Array(12).fill(1));

export const CALIBRATION = [
  {
    name: 'calibrate-quantised',
    args: ['build', 'mlp.onnx', '-o', 'new', '--calibrate', 'x.npy'],
    files: { 'x.npy': X },
    exitCode: 2,
  },
  {
    name: 'calibrate-missing-file',
    args: calibrate('--calibrate', 'none.npy'),
    files: { 'm.onnx': FLAT },
    exitCode: 2,
  },
  {
    name: 'calibrate-wrong-shape',
    args: calibrate('--calibrate', 'x.npy'),
    files: { 'm.onnx': FLAT, 'x.npy': writeNpy([2, 5], new Float32Array(10)) },
    exitCode: 2,
  },
  {
    name: 'calibrate-not-finite',
    args: calibrate('--calibrate', 'x.npy'),
    files: { 'm.onnx': FLAT, 'x.npy': writeNpy([2, 6], new Float32Array(12).fill(Number.NaN, 7)) },
    exitCode: 2,
  },
  {
    name: 'calibrate-wrong-labels',
    args: calibrate('--calibrate', 'x.npy', '--labels', 'y.npy'),
    files: { 'm.onnx': FLAT, 'x.npy': X, 'y.npy': writeNpy([3], new Int32Array(3)) },
    exitCode: 2,
  },
  {
    name: 'calibrate-no-weights',
    args: calibrate('--calibrate', 'x.npy'),
    files: { 'm.onnx': WEIGHTLESS, 'x.npy': X },
    exitCode: 2,
  },
  { name: 'bits-without-calibration', args: calibrate('--bits', '4'), files: { 'm.onnx': FLAT }, exitCode: 2 },
  { name: 'bits-out-of-range', args: calibrate('--bits', '1'), files: { 'm.onnx': FLAT }, exitCode: 2 },
  {
    name: 'two-quantisation-goals',
    args: calibrate('--calibrate', 'x.npy', '--bits', 'auto', '--max-cost', '0.5', '--max-loss', '0'),
    files: { 'm.onnx': FLAT, 'x.npy': X },
    exitCode: 2,
  },
  {
    name: 'goal-without-search',
    args: calibrate('--calibrate', 'x.npy', '--max-cost', '0.5'),
    files: { 'm.onnx': FLAT, 'x.npy': X },
    exitCode: 2,
  },
  {
    name: 'cost-out-of-reach',
    args: calibrate('--calibrate', 'x.npy', '--bits', 'auto', '--max-cost', '0.01'),
    files: { 'm.onnx': FLAT, 'x.npy': X },
    exitCode: 2,
  },
  {
    name: 'calibrate-text',
    args: ['build', 'good/model.sir', '-o', 'new', '--calibrate', 'x.npy'],
    files: { 'x.npy': X },
    exitCode: 2,
  },
] as const;
