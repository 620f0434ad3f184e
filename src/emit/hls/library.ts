import { readAsset } from '../handlebars.ts';

/** Library headers by name, with everything that they include in turn. */
export function libraryHeaders(roots: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const text = readAsset(`templates/hls/lib/${name}`);
    found.set(name, text);
    for (const [, included] of text.matchAll(/^#include "(\w+\.hpp)"/gm)) visit(included as string);
  };
  for (const name of roots) visit(name);
  return found;
}
