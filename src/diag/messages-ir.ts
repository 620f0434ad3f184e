import type { Diagnostic } from './diagnostic.ts';

/** E01xx: the IR's own rules. A broken graph is a defect of a pass, or of a hand-written `.sir`. */
const at = (subject: string, origin?: string) => (origin ? { subject, origin } : { subject });

export const unknownOp = (node: string, op: string): Diagnostic => ({
  code: 'E0101',
  severity: 'error',
  message: `no op of kind "${op}"`,
  help: '`sluice list ops` and `sluice list kernels` name those there are',
  ...at(node),
});

export const badGraph = (subject: string, message: string, origin?: string): Diagnostic => ({
  code: 'E0102',
  severity: 'error',
  message,
  ...at(subject, origin),
});

export const badAttributes = (node: string, op: string, message: string, origin?: string): Diagnostic => ({
  code: 'E0103',
  severity: 'error',
  message: `attributes of ${op} ${message}`,
  ...at(node, origin),
});

export const typeTooNarrow = (value: string, has: string, needs: string): Diagnostic => ({
  code: 'E0104',
  severity: 'error',
  message: `type ${has} cannot hold its range ${needs}`,
  ...at(value),
});

export const badText = (line: number, message: string): Diagnostic => ({
  code: 'E0105',
  severity: 'error',
  message,
  subject: `line ${line}`,
});

export const badStructure = (line: number, message: string): Diagnostic => ({
  code: 'E0106',
  severity: 'error',
  message,
  subject: `line ${line}`,
});

export const badExternal = (line: number, constant: string, why: string): Diagnostic => ({
  code: 'E0107',
  severity: 'error',
  message: `external constant ${constant}: ${why}`,
  help: 'give the weights.safetensors that was written with this text',
  subject: `line ${line}`,
});
