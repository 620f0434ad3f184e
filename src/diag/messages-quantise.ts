import type { Diagnostic } from './diagnostic.ts';

/** E031x: exact functions between two quantisers that have no hardware. */
export const noQuantiseForm = (node: string, why: string, origin?: string): Diagnostic => ({
  code: 'E0310',
  severity: 'error',
  message: `this function has no exact hardware form: ${why}`,
  help: 'quantise its input to at most 16 bits, use a monotone activation, or choose another method for this node',
  subject: node,
  ...(origin === undefined ? {} : { origin }),
  pass: 'lower-quantise',
});

/** A real function that no integers come close enough to. */
export const notApproximated = (node: string, op: string, why: string, origin?: string): Diagnostic => ({
  code: 'E0311',
  severity: 'error',
  message: `this ${op} has no integer form that is close enough: ${why}`,
  help: 'allow a larger error (--approximation-lsb), or give its input or output fewer bits',
  subject: node,
  ...(origin === undefined ? {} : { origin }),
  pass: 'approximate',
});
