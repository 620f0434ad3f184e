import type { Diagnostic } from './diagnostic.ts';

/** `error[E0301]: fc0 (onnx:/fc0/MatMul): PE=3 does not divide MH=8 [pass set-folding]` and a `help:` line. */
export function renderDiagnostic(d: Diagnostic): string {
  const origin = d.origin && d.origin !== d.subject ? ` (onnx:${d.origin})` : '';
  const where = d.subject ? `${d.subject}${origin}: ` : '';
  const pass = d.pass ? ` [pass ${d.pass}]` : '';
  const help = d.help ? `\n  help: ${d.help}` : '';
  return `${d.severity}[${d.code}]: ${where}${d.message}${pass}${help}`;
}
