/** What went wrong, where, why, and what to do about it. Plain data: rendering and exit codes are the CLI's business. */
export interface Diagnostic {
  /** Stable code: `E…` stops the work, `W…` does not. The first two digits are the area, see `messages-*.ts`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** Subject, requirement, actual value. */
  readonly message: string;
  /** What to do about it. */
  readonly help?: string;
  /** The IR node or file that it is about. */
  readonly subject?: string;
  /** Where that came from: the ONNX node's name. */
  readonly origin?: string;
  /** The pass that found it. */
  readonly pass?: string;
}

/** An error about `subject`, an IR node, a file or an option; `origin` is the ONNX node that it came from. */
export const error = (code: string, subject: string, message: string, help: string, origin?: string): Diagnostic => ({
  code,
  severity: 'error',
  subject,
  message,
  help,
  ...(origin === undefined ? {} : { origin }),
});

/** What the process answers with. 1 is no diagnostic: it means that hardware and model differ. */
export type FailureKind = 'input' | 'tool';

/** Carries one or many diagnostics to the boundary. `input` ends in exit code 2, `tool` in 3. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  readonly kind: FailureKind;

  constructor(diagnostics: readonly Diagnostic[], kind: FailureKind = 'input') {
    super(diagnostics.map((d) => `${d.code}: ${d.message}`).join('\n'));
    this.name = 'DiagnosticError';
    this.diagnostics = diagnostics;
    this.kind = kind;
  }
}

/** Throws one diagnostic. */
export function fail(diagnostic: Diagnostic, kind: FailureKind = 'input'): never {
  throw new DiagnosticError([diagnostic], kind);
}

/** Does what concerns a file: diagnostics that name no subject are about it. */
export function about<T>(file: string, f: () => T): T {
  try {
    return f();
  } catch (e) {
    if (!(e instanceof DiagnosticError)) throw e;
    throw new DiagnosticError(
      e.diagnostics.map((d) => ({ ...d, subject: d.subject ?? file })),
      e.kind,
    );
  }
}

/** A defect of Sluice itself: a broken internal promise, never the user's fault. */
class InternalError extends Error {
  override readonly name = 'InternalError';
}

/** States an internal promise; breaking it is a defect of Sluice. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}
