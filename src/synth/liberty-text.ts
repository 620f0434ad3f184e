/** The syntax of Liberty: groups, and attributes in them. */

export interface Group {
  readonly type: string;
  /** What stands between its parentheses. */
  readonly name: string;
}

export interface Attribute {
  /** The groups around it, the outermost first: each is one object for all its attributes. */
  readonly groups: readonly Group[];
  readonly name: string;
  /** Several values are separated by commas. */
  readonly value: string;
}

/** Comments, quoted text (which may hold anything), line continuations, words and punctuation. */
const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\]|\\[\s\S])*"|\\\r?\n|[{}():;,]|[^\s{}():;,"]+/g;

const unquoted = (text: string): string => text.replace(/^"|"$/g, '');

/** The attributes of a library in their order; `refuse` hears what is wrong, and does not return. */
export function* attributesOf(text: string, refuse: (why: string) => never): Generator<Attribute> {
  const tokens = text.match(TOKEN)?.filter((t) => !/^(\/\*|\/\/|\\\r?\n)/.test(t)) ?? [];
  if (tokens[0] !== 'library' || tokens[1] !== '(') refuse('it does not begin with a library group');
  const groups: Group[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const [name = '', next] = [tokens[i], tokens[i + 1]];
    if (name === '}') {
      if (groups.pop() === undefined) refuse('its braces do not match');
    } else if (next === ':') {
      yield { groups: [...groups], name, value: unquoted(tokens[i + 2] ?? '') };
      i += 2;
    } else if (next === '(') {
      const end = tokens.indexOf(')', i);
      if (end < 0) refuse('it ends within parentheses: it is truncated');
      const value = tokens
        .slice(i + 2, end)
        .map(unquoted)
        .join('');
      if (tokens[end + 1] === '{') groups.push({ type: name, name: value });
      else yield { groups: [...groups], name, value };
      i = tokens[end + 1] === '{' ? end + 1 : end;
    }
  }
  if (groups.length > 0) refuse('it ends within a group: it is truncated');
}
