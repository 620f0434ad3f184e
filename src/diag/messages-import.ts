import type { Diagnostic } from './diagnostic.ts';

/** E02xx: the model that came in. */
const error = (code: string, message: string, help: string, origin?: string): Diagnostic => ({
  code,
  severity: 'error',
  message,
  help,
  ...(origin === undefined ? {} : { subject: origin }),
});

export const notOnnx = (why: string): Diagnostic =>
  error(
    'E0201',
    `this is no ONNX model: ${why}`,
    'give the .onnx file that the exporter wrote, not truncated or compressed',
  );

export const unsupportedOperator = (node: string, op: string, domain: string): Diagnostic =>
  error(
    'E0202',
    `operator ${domain ? `${domain}.` : ''}${op} is not supported`,
    '`sluice list ops` names what is; export the model without it, or quantise its result so that it can be a table',
    node,
  );

export const floatBetween = (node: string, op: string, why: string): Diagnostic =>
  error(
    'E0203',
    `${op} needs integer inputs, but ${why}`,
    'put a quantiser (Quant, QuantizeLinear) between the two, as quantisation-aware training does',
    node,
  );

export const floatWeights = (node: string, op: string, bits: number): Diagnostic =>
  error(
    'E0204',
    `the weights of ${op} are real numbers with no quantiser (exact integers would need ${bits} bits)`,
    'export the quantised model (QONNX Quant or QDQ on every weight)',
    node,
  );

export const badOperands = (node: string, op: string, why: string): Diagnostic =>
  error('E0205', `${op}: ${why}`, 'check the model with the exporter or with onnx.checker', node);

export const openShape = (input: string, shape: readonly (number | string)[] | undefined): Diagnostic => {
  const example = (shape ?? [1, 3, 32, 32]).map((d, i) => (typeof d === 'number' && d > 0 ? d : i === 0 ? 1 : 8));
  return error(
    'E0206',
    shape ? `the shape [${shape.join(', ')}] of this input is not fixed` : 'this input has no shape',
    `fix it, for example with --shape ${input}=${example.join(',')} (an open first axis is the batch and becomes 1)`,
    input,
  );
};

export const missingValue = (node: string, value: string): Diagnostic =>
  error(
    'E0207',
    `input "${value}" is defined nowhere: no initializer, no graph input, no node makes it`,
    'the file lacks an initializer; export it again with its weights inside',
    node,
  );

export const badScale = (node: string, what: string, value: number): Diagnostic =>
  error(
    'E0208',
    `${what} must be a positive finite number, not ${value}`,
    'the quantiser was never calibrated: train or calibrate it',
    node,
  );

export const externalData = (tensor: string): Diagnostic =>
  error('E0209', 'its data lie in another file', 'save the model with all data inside one file', tensor);

export const unknownShapeOption = (input: string, known: readonly string[]): Diagnostic =>
  error('E0210', `the model has no input called "${input}"`, `its inputs are ${known.join(', ')}`);

export const nothingToBuild = (): Diagnostic =>
  error(
    'E0211',
    'no part of this model is quantised: there is nothing to build',
    'quantise it by frames of its input (build --calibrate X.npy), or export it quantised (QONNX, QDQ)',
  );

export const outsideHardware = (output: string): Diagnostic =>
  error(
    'E0217',
    'no quantised arithmetic leads to this output: it would not come from the hardware',
    'quantise what leads to it, or export the model without this output',
    output,
  );

export const hardwareAfterFloat = (node: string, op: string, after: string): Diagnostic =>
  error(
    'E0212',
    `${op} would need hardware again after real arithmetic: ${after} has no integer form, the hardware ends before it`,
    `end the network before ${after} (the rest then runs where you want), or replace it by operators that can be quantised`,
    node,
  );

export const hugeInput = (input: string, shape: readonly number[], most: number): Diagnostic =>
  error(
    'E0215',
    `its shape [${shape.join(', ')}] is larger than ${most} elements`,
    'the file is damaged, or the model wants cutting into tiles',
    input,
  );

export const wrongRank = (input: string, given: readonly number[], has: readonly (number | string)[]): Diagnostic =>
  error(
    'E0216',
    `the shape [${given.join(', ')}] does not fit its ${has.length} axes [${has.join(', ')}]`,
    'give one extent for each axis',
    input,
  );

export const unsupportedForm = (node: string, op: string, why: string, help: string): Diagnostic =>
  error('E0213', `${op}: ${why}`, help, node);

export const assumedInput = (input: string, type: string): Diagnostic => ({
  code: 'W0214',
  severity: 'warning',
  message: `this input has no quantiser: its numbers are taken as ${type}`,
  help: `choose another type with --input-type ${input}=ap_fixed<16,6>`,
  subject: input,
});

export const mixtureNote = (node: string, what: string): Diagnostic => ({
  code: 'W0218',
  severity: 'warning',
  message: `mixture of experts: ${what}`,
  help: 'quantise it in the model so that it is exact, or accept the difference',
  subject: node,
});

export const leftOut = (node: string): Diagnostic => ({
  code: 'W0219',
  severity: 'warning',
  message:
    "attention is built as one op: the quantiser of its probabilities is left out, which the model's results show",
  help: 'build with --attention auto to keep it, at the cost of products and a softmax of their own',
  subject: node,
});

/** A sum of two streams whose scales are no multiples of a common grid that hardware could hold. */
export const farFromGrid = (node: string, off: string, steps: string): Diagnostic => ({
  code: 'W0220',
  severity: 'warning',
  message: `the scales of its two streams have no common grid: the sum is off by ${off} at most, ${steps} steps of the coarser one`,
  help: 'give both operands one quantiser for an exact sum',
  subject: node,
});
