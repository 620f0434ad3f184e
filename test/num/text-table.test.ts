import { describe, expect, it } from 'vitest';
import { ordered } from '../../src/num/json.ts';
import { columns, ruled } from '../../src/num/text-table.ts';

describe('text tables', () => {
  const rows = [
    ['a', '1'],
    ['long', '23'],
  ];

  it('have columns as wide as their widest cell, and no blanks at the end of a line', () => {
    expect(columns(rows)).toEqual(['a     1', 'long  23']);
  });

  it('set figures to the right', () => {
    expect(columns(rows, (c) => c === 1)).toEqual(['a      1', 'long  23']);
  });

  it('have a rule below their heads, but none below an empty one', () => {
    expect(ruled(['x', ''], rows)).toEqual(['x', '----', 'a     1', 'long  23']);
  });
});

describe('ordered data', () => {
  it('has the same text whatever came first', () => {
    const text = (v: unknown): string => JSON.stringify(ordered(v));
    expect(text({ b: [{ d: 1, c: null }], a: 2 })).toBe('{"a":2,"b":[{"c":null,"d":1}]}');
    expect(text({ a: 2, b: [{ c: null, d: 1 }] })).toBe(text({ b: [{ d: 1, c: null }], a: 2 }));
  });
});
