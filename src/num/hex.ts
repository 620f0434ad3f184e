/** One word of `size` bytes per line for `$readmemh`: hexadecimal, most significant byte first. Leaves `bytes` as they are. */
export function hexLines(bytes: Uint8Array, size: number): string {
  let text = '';
  for (let word = 0; word < bytes.length; word += size) {
    for (let at = word + size - 1; at >= word; at--) text += (bytes[at] ?? 0).toString(16).padStart(2, '0');
    text += '\n';
  }
  return text;
}
