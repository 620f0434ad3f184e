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
