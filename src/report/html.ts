/** HTML as text: what comes from a model or a file is escaped, what is made here is marked as safe. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | readonly (Html | string | number)[] | undefined | false;

const ENTITIES: { readonly [c: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);

function textOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return escaped(`${part}`);
}

/** A template whose values are escaped unless they are HTML themselves; lists are joined. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.reduce((all, s, i) => all + s + textOf(parts[i]), ''));

/** Text that is HTML, CSS or JavaScript already. */
export const raw = (text: string): Html => new Html(text);

/** A number for people: thousands separated. */
export const count = (v: number): string => v.toLocaleString('en-US');

/** A share in percent, without needless digits. */
export const percent = (v: number): string => `${Number((100 * v).toPrecision(3))} %`;
