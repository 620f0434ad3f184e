/** A beginning that no name has; case does not count. */
export function freePrefix(prefix: string, names: readonly string[]): string {
  const found = names.some((n) => n.toLowerCase().startsWith(prefix.toLowerCase()));
  return found ? freePrefix(`${prefix}_`, names) : prefix;
}
