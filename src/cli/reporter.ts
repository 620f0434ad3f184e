import { styleText } from 'node:util';
import type { Diagnostic } from '../diag/diagnostic.ts';
import { renderDiagnostic } from '../diag/render.ts';

/** The only code that prints. Results go to stdout; progress and diagnostics to stderr. */
export interface Reporter {
  /** What is being done now: one changing line on a terminal, plain lines elsewhere. */
  readonly progress: (what: string) => void;
  /** A line of the result for people; silent with `--json`. */
  readonly say: (line: string) => void;
  /** The one JSON document of `--json`; silent without. */
  readonly json: (document: unknown) => void;
  readonly diagnose: (list: readonly Diagnostic[]) => void;
}

const CLEAR = '\r\x1b[2K';

export function reporter(json: boolean): Reporter {
  const terminal = process.stderr.isTTY === true && !process.env['CI'];
  const clear = (): void => {
    if (terminal) process.stderr.write(CLEAR);
  };
  return {
    progress: (what) => {
      if (terminal) process.stderr.write(`${CLEAR}${styleText('dim', `… ${what}`)}`);
      else if (!json) process.stderr.write(`… ${what}\n`);
    },
    say: (line) => {
      clear();
      if (!json) process.stdout.write(`${line}\n`);
    },
    json: (document) => {
      clear();
      if (json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    },
    diagnose: (list) => {
      clear();
      for (const d of list) {
        const text = renderDiagnostic(d);
        const colour = d.severity === 'error' ? 'red' : 'yellow';
        process.stderr.write(`${process.stderr.isTTY ? styleText(colour, text) : text}\n`);
      }
    },
  };
}
