import { type Diagnostic, DiagnosticError } from '../../diag/diagnostic.ts';
import { badStructure, badText } from '../../diag/messages-ir.ts';
import { type Token, tokenizer } from './tokens.ts';

/** A syntax error on its way to the statement that it ends. */
class TextProblem extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}

/** More than this many problems help nobody. */
const MOST_PROBLEMS = 20;

/** Words that begin a statement: reading goes on there after an error. */
const STARTS = { text: new Set(['graph', 'host']), block: new Set(['input', 'output', 'const', 'value']) };

/** One token of lookahead over `.sir` text, and the problems found so far. */
export class TextReader {
  private readonly take: () => Token;
  private token: Token;
  private taken = 0;
  private readonly syntax: Diagnostic[] = [];
  private readonly structure: Diagnostic[] = [];

  constructor(text: string) {
    this.take = tokenizer(text);
    this.token = this.take();
  }

  get line(): number {
    return this.token.line;
  }

  peek(): Token {
    return this.token;
  }

  next(): Token {
    const t = this.token;
    if (t.kind === 'bad') this.fail(t.text);
    this.token = this.take();
    this.taken++;
    return t;
  }

  /** Ends the statement at the current token. */
  fail(message: string): never {
    throw new TextProblem(badText(this.token.line, this.token.kind === 'bad' ? this.token.text : message));
  }

  private wanted(what: string): never {
    const t = this.token;
    const found = t.kind === 'end' ? 'the end of the text' : `${JSON.stringify(t.text)}`;
    return this.fail(`expected ${what}, found ${found}`);
  }

  /** Notes what is wrong with well-formed text; reading goes on. */
  note(line: number, message: string): void {
    this.report(badStructure(line, message));
  }

  report(d: Diagnostic): void {
    this.structure.push(d);
  }

  /** Is the next token this mark or bare word? */
  at(text: string): boolean {
    return (this.token.kind === 'mark' || this.token.kind === 'word') && this.token.text === text;
  }

  atEnd(): boolean {
    return this.token.kind === 'end';
  }

  /** Takes this mark or bare word if it comes next. */
  accept(text: string): boolean {
    if (!this.at(text)) return false;
    this.next();
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) this.wanted(`"${text}"`);
  }

  /** A token of this kind; `what` says in words what it stands for. */
  kind(kind: Token['kind'], what: string): string {
    return this.token.kind === kind ? this.next().text : this.wanted(what);
  }

  /** A bare or quoted name. */
  name(what: string): string {
    return this.token.kind === 'string' ? this.next().text : this.kind('word', what);
  }

  number(what: string): number {
    if (this.accept('NaN')) return Number.NaN;
    if (this.accept('Infinity')) return Number.POSITIVE_INFINITY;
    return Number(this.kind('number', what));
  }

  integer(what: string): number {
    const line = this.token.line;
    const v = this.number(what);
    if (!Number.isSafeInteger(v)) throw new TextProblem(badText(line, `${what} must be an integer, not ${v}`));
    return v;
  }

  /** `open item, item close`, also with none. */
  list<T>(open: string, close: string, item: () => T): T[] {
    this.expect(open);
    const out: T[] = [];
    if (this.accept(close)) return out;
    do out.push(item());
    while (this.accept(','));
    if (!this.accept(close)) this.wanted(`"," or "${close}"`);
    return out;
  }

  /** `item, item`, at least one. */
  series<T>(item: () => T): T[] {
    const out = [item()];
    while (this.accept(',')) out.push(item());
    return out;
  }

  /** Reads a part of the text or of a block; after a syntax error, skips to the next line that may begin one. */
  statement(read: () => void, where: keyof typeof STARTS = 'text'): void {
    const before = this.taken;
    try {
      read();
    } catch (e) {
      if (!(e instanceof TextProblem)) throw e;
      this.syntax.push(e.diagnostic);
      if (this.syntax.length >= MOST_PROBLEMS) this.finish();
      if (this.taken === before) this.skip();
      while (!this.mayBegin(where)) this.skip();
    }
  }

  private skip(): void {
    this.token = this.take();
    this.taken++;
  }

  private mayBegin(where: keyof typeof STARTS): boolean {
    const t = this.token;
    if (t.kind === 'end') return true;
    if (!t.first) return false;
    if (t.kind === 'word') return STARTS[where].has(t.text);
    return where === 'block' && (t.kind === 'value' || (t.column === 0 && t.text === '}'));
  }

  /** Throws what was found. Broken syntax hides statements, so that only it is told of then. */
  finish(): void {
    const found = this.syntax.length > 0 ? this.syntax : this.structure;
    if (found.length > 0) throw new DiagnosticError(found.slice(0, MOST_PROBLEMS));
  }
}
