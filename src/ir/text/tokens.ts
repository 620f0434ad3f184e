/** The words of `.sir` text. */
export interface Token {
  /**
   * `word`: a bare name; `value`, `const`: a name behind `%` or `@`; `bad`: what begins no token, its text says why.
   */
  readonly kind: 'word' | 'number' | 'string' | 'value' | 'const' | 'mark' | 'bad' | 'end';
  /** The name, the number, the decoded string, the mark. */
  readonly text: string;
  readonly line: number;
  /** First on its line, and how far that is indented: where reading goes on after an error. */
  readonly first: boolean;
  readonly column: number;
}

const NEWLINE = 10;
const QUOTE = 34;
const BACKSLASH = 92;

const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isLetter = (c: number): boolean => (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
const isSpace = (c: number): boolean => c === 32 || c === 9 || c === 13 || c === NEWLINE;
const MARKS = new Set(['{', '}', '[', ']', '(', ')', ',', ':', '=', '..']);

/** A name that needs no quotes behind `%` or `@`. */
export const isPlainName = (name: string): boolean => /^[A-Za-z0-9_.]+$/.test(name);

/** A name that needs no quotes standing alone. */
export const isWord = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);

/** Gives one token per call, `end` for ever after the last; every character is looked at once. */
export function tokenizer(text: string): () => Token {
  let at = 0;
  let line = 1;
  let lineStart = 0;
  let first = true;

  const code = (i: number): number => (i < text.length ? text.charCodeAt(i) : -1);

  const skipBlank = (): void => {
    for (;;) {
      const c = code(at);
      if (c === 47 && code(at + 1) === 47) {
        const end = text.indexOf('\n', at);
        at = end < 0 ? text.length : end;
      } else if (!isSpace(c)) {
        return;
      } else {
        at++;
        if (c !== NEWLINE) continue;
        line++;
        lineStart = at;
        first = true;
      }
    }
  };

  const run = (from: number, member: (c: number) => boolean): number => {
    let end = from;
    while (member(code(end))) end++;
    return end;
  };

  /** The end of the number that begins here, in JSON's notation; `from` itself when there is none. */
  const numberEnd = (from: number): number => {
    const digits = code(from) === 45 ? from + 1 : from;
    if (text.startsWith('Infinity', digits) && digits > from) return digits + 8;
    let end = run(digits, isDigit);
    if (end === digits) return from;
    if (code(end) === 46 && isDigit(code(end + 1))) end = run(end + 1, isDigit);
    if ((code(end) | 32) !== 101) return end;
    const exponent = code(end + 1) === 43 || code(end + 1) === 45 ? end + 2 : end + 1;
    return isDigit(code(exponent)) ? run(exponent, isDigit) : end;
  };

  const make = (kind: Token['kind'], value: string, end: number, start = at): Token => {
    const token: Token = { kind, text: value, line, first, column: start - lineStart };
    at = end;
    first = false;
    return token;
  };

  const quoted = (kind: Token['kind'], open: number): Token => {
    let end = open + 1;
    while (code(end) !== QUOTE && code(end) !== NEWLINE && end < text.length) end += code(end) === BACKSLASH ? 2 : 1;
    if (code(end) !== QUOTE) return make('bad', 'this string has no end on its line', Math.min(end, text.length));
    try {
      return make(kind, JSON.parse(text.slice(open, end + 1)) as string, end + 1);
    } catch {
      return make('bad', 'this string holds an escape or a control character that JSON does not know', end + 1);
    }
  };

  const named = (kind: 'value' | 'const'): Token => {
    if (code(at + 1) === QUOTE) return quoted(kind, at + 1);
    const end = run(at + 1, (c) => isLetter(c) || isDigit(c) || c === 46);
    return end === at + 1
      ? make('bad', `a name must follow ${text[at]}`, end)
      : make(kind, text.slice(at + 1, end), end);
  };

  return () => {
    skipBlank();
    const c = code(at);
    if (c < 0) return make('end', '', at);
    if (c === QUOTE) return quoted('string', at);
    if (c === 37) return named('value');
    if (c === 64) return named('const');
    if (isLetter(c)) {
      const end = run(at, (d) => isLetter(d) || isDigit(d));
      return make('word', text.slice(at, end), end);
    }
    const end = numberEnd(at);
    if (end > at) return make('number', text.slice(at, end), end);
    const two = text.slice(at, at + 2);
    const mark = MARKS.has(two) ? two : (text[at] ?? '');
    return MARKS.has(mark)
      ? make('mark', mark, at + mark.length)
      : make('bad', `unexpected ${JSON.stringify(mark)}`, at + 1);
  };
}
