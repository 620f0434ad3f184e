import type { Diagnostic } from './diagnostic.ts';

/** Netlists of adders: a broken one is a defect of what built it, or of hand-written text. */
export const badNetlist = (subject: string, message: string): Diagnostic => ({
  code: 'E0108',
  severity: 'error',
  message,
  subject,
});

export const badNetlistText = (line: number, message: string): Diagnostic => ({
  code: 'E0109',
  severity: 'error',
  message,
  subject: `line ${line}`,
});
