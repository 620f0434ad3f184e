import { expect, it } from 'vitest';
import { hexLines } from '../../src/num/hex.ts';

it('writes a word per line, most significant byte first', () => {
  expect(hexLines(Uint8Array.of(1, 2, 0xa0, 0), 2)).toBe('0201\n00a0\n');
});

// A Buffer's slice shares its memory: reversing one in place once changed the image that the next simulator read.
it('leaves a Buffer as it is', () => {
  const bytes = Buffer.from([1, 2, 3, 4]);
  hexLines(bytes, 4);
  expect([...bytes]).toEqual([1, 2, 3, 4]);
});
