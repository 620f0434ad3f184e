import type { Diagnostic } from './diagnostic.ts';

/** E03xx: arrays that come in as files. */
export const badNpy = (file: string, why: string): Diagnostic => ({
  code: 'E0301',
  severity: 'error',
  message: `it cannot be read as a .npy array: ${why}`,
  help: 'write it with numpy.save',
  subject: file,
});

export const wrongShape = (file: string, has: readonly number[], wants: readonly number[]): Diagnostic => ({
  code: 'E0302',
  severity: 'error',
  message: `its shape is [${has.join(', ')}], the model takes [N, ${wants.join(', ')}] (first axis: samples)`,
  help: 'put one sample per index of the first axis',
  subject: file,
});

export const outOfRange = (file: string, value: number, lo: number, hi: number): Diagnostic => ({
  code: 'E0303',
  severity: 'error',
  message: `it holds the code ${value}; the input takes integers from ${lo} to ${hi}`,
  help: 'give real numbers (a float array) to have them quantised',
  subject: file,
});

export const missingInput = (name: string, known: readonly string[]): Diagnostic => ({
  code: 'E0304',
  severity: 'error',
  message: `no array for input "${name}"`,
  help: `give --inputs NAME=FILE for each of ${known.join(', ')}`,
  subject: name,
});

export const unknownInput = (name: string, known: readonly string[]): Diagnostic => ({
  code: 'E0305',
  severity: 'error',
  message: `the model has no input called "${name}"`,
  help: `its inputs are ${known.join(', ')}`,
  subject: name,
});

export const differentCounts = (counts: readonly (readonly [name: string, samples: number])[]): Diagnostic => ({
  code: 'E0306',
  severity: 'error',
  message: `the input arrays hold different numbers of samples: ${counts.map(([name, n]) => `${name} ${n}`).join(', ')}`,
  help: 'give as many samples to each input',
});

export const notFinite = (file: string, value: number, sample: number): Diagnostic => ({
  code: 'E0307',
  severity: 'error',
  message: `sample ${sample} holds ${value}`,
  help: 'inputs are finite numbers',
  subject: file,
});

export const badSafetensors = (file: string, why: string): Diagnostic => ({
  code: 'E0308',
  severity: 'error',
  message: `this is no .safetensors file: ${why}`,
  help: 'give the file as it was written, not truncated or compressed',
  subject: file,
});

export const unsupportedTensor = (file: string, tensor: string, why: string): Diagnostic => ({
  code: 'E0309',
  severity: 'error',
  message: `tensor "${tensor}" cannot be read: ${why}`,
  help: 'store it as one of I8, U8, I16, U16, I32, I64, F32, F64',
  subject: file,
});

export const noSamples = (file: string): Diagnostic => ({
  code: 'E0320',
  severity: 'error',
  message: 'it holds no samples: its first axis is 0',
  help: 'put one sample per index of the first axis',
  subject: file,
});

export const unsupportedElements = (file: string, dtype: string, known: readonly string[]): Diagnostic => ({
  code: 'E0321',
  severity: 'error',
  message: `its elements are of NumPy's type ${dtype}, not one of ${known.join(', ')}`,
  help: "convert it, for example with array.astype('float32')",
  subject: file,
});
