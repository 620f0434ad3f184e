/** Diagnostics in their own words: every message is written once with the names of its parameters in its gaps. */
import type { Diagnostic } from '../../src/diag/diagnostic.ts';

type Message = (...args: readonly unknown[]) => Diagnostic;

/** Stands for any argument: text, number, list or record, all of which read as the parameter's name in `‹›`. */
function gap(name: string): unknown {
  const text = `‹${name}›`;
  return new Proxy(
    {},
    {
      get: (_, key) => {
        if (key === Symbol.toPrimitive || key === 'toString' || key === 'join') return () => text;
        if (key === Symbol.iterator) return () => [gap(name)].values();
        if (key === 'length') return 1;
        if (key === 'map' || key === 'slice' || key === 'filter' || key === 'toSorted') return () => [text];
        if (typeof key === 'string' && /^\d+$/.test(key)) return gap(name);
        return gap(String(key));
      },
    },
  );
}

/** The parameters' names of an arrow function with simple parameters. */
const parameters = (f: Message): string[] =>
  (/^\(?([^)=]*)\)?\s*=>/.exec(f.toString())?.[1] ?? '')
    .split(',')
    .map((p) => p.trim())
    .filter((p) => p !== '');

function* messages(modules: readonly object[]): Generator<Message> {
  for (const m of modules) for (const f of Object.values(m)) if (typeof f === 'function') yield f as Message;
}

/** Every diagnostic of the message files, by code. */
export function catalogue(modules: readonly object[]): Diagnostic[] {
  const all = [...messages(modules)].map((f) => f(...parameters(f).map(gap)));
  return all.sort((a, b) => (a.code.slice(1) < b.code.slice(1) ? -1 : 1));
}
