import type { Diagnostic } from '../diag/diagnostic.ts';
import { renderDiagnostic } from '../diag/render.ts';

/** The only code that prints. Results go to stdout; progress and diagnostics to stderr. */
export interface Reporter {
  /** What is being done now: one changing line on a terminal, plain lines elsewhere; silent with `--json`. */
  readonly progress: (what: string) => void;
  /** A line of the result for people; silent with `--json`. */
  readonly say: (line: string) => void;
  /** The one JSON document of `--json`; silent without. */
  readonly json: (document: unknown) => void;
  readonly diagnose: (list: readonly Diagnostic[]) => void;
  /** Takes the changing line away. */
  readonly close: () => void;
}

/** What of a stream is used. */
export interface Sink {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Surroundings {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: { readonly [name: string]: string | undefined };
}

const CLEAR = '\r\x1b[2K';
const COLOURS = { red: 31, yellow: 33, dim: 2 } as const;
const DEFAULT_COLUMNS = 80;

export function reporter(json: boolean, { stdout, stderr, env }: Surroundings = process): Reporter {
  const terminal = stderr.isTTY === true && env['TERM'] !== 'dumb';
  const changing = terminal && !env['CI'] && !json;
  const colour = terminal && !env['NO_COLOR'];
  const paint = (name: keyof typeof COLOURS, text: string): string =>
    colour ? `\x1b[${COLOURS[name]}m${text}\x1b[0m` : text;
  let shown: string | undefined;
  const clear = (): void => {
    if (changing && shown !== undefined) stderr.write(CLEAR);
    shown = undefined;
  };
  return {
    progress: (what) => {
      if (json || what === shown) return;
      if (changing) {
        const text = `… ${what}`.slice(0, (stderr.columns || DEFAULT_COLUMNS) - 1);
        stderr.write(`${CLEAR}${paint('dim', text)}`);
      } else stderr.write(`… ${what}\n`);
      shown = what;
    },
    say: (line) => {
      clear();
      if (!json) stdout.write(`${line}\n`);
    },
    json: (document) => {
      if (json) stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    },
    diagnose: (list) => {
      clear();
      for (const d of list) stderr.write(`${paint(d.severity === 'error' ? 'red' : 'yellow', renderDiagnostic(d))}\n`);
    },
    close: clear,
  };
}
