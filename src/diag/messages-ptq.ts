/** Diagnostics of quantisation after training: E13xx. */
import { type Diagnostic, error } from './diagnostic.ts';

export const alreadyQuantised = (file: string, node: string, op: string): Diagnostic =>
  error(
    'E1301',
    file,
    `the model is quantised already: ${node} is a ${op}`,
    'build it without --calibrate, or give the float model',
  );

export const badLabels = (file: string, what: string): Diagnostic =>
  error('E1302', file, what, 'give one class per calibration frame, as whole numbers from 0 on');

export const nothingToQuantise = (file: string): Diagnostic =>
  error('E1303', file, 'the model has no product with constant weights', 'only such layers have bits to choose');

export const needsCalibration = (option: string): Diagnostic =>
  error('E1304', option, 'it says how a float model is quantised', 'add --calibrate X.npy, frames of real input');

export const twoQuantisationGoals = (): Diagnostic =>
  error('E1305', '--max-cost', 'a cost and an accuracy are both given', 'give one of --max-cost and --max-loss');

export const goalWithoutSearch = (option: string): Diagnostic =>
  error('E1306', option, 'it is a goal for the search, and the bits are fixed', 'add --bits auto, or leave it out');

export const textQuantised = (file: string): Diagnostic =>
  error('E1307', file, 'the text of a model holds integers already', 'give the float ONNX model');

export const costOutOfReach = (file: string, asked: number, least: string): Diagnostic =>
  error(
    'E1308',
    file,
    `no choice of bits costs at most ${asked} of that at 8 bits`,
    `the least is ${least}, with 2 bits everywhere but at the inputs`,
  );

export const accuracyOutOfReach = (file: string, best: string, float: string, loss: number): Diagnostic =>
  error(
    'E1309',
    file,
    `no choice of up to 8 bits keeps the accuracy: ${best} at best, the float model has ${float}`,
    `allow to lose more than ${loss} (--max-loss), or give all layers more bits (--bits 10)`,
  );
