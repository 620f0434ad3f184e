import { describe, expect, it } from 'vitest';
import { sharedTables } from '../../src/emit/verilog/circuit/tables.ts';
import { NetlistBuilder } from '../../src/netlist/builder.ts';
import type { Pin } from '../../src/netlist/pins.ts';

const XOR3 = [0, 1, 1, 0, 1, 0, 0, 1];
const MAJORITY = [0, 0, 0, 1, 0, 1, 1, 1];

/** Tables of three bits of a word of eight, from bit 0, 1, … on. */
function circuit(tables: readonly (readonly number[])[]) {
  const b = new NetlistBuilder();
  const x = b.input('x', { lo: 0, hi: 255 });
  tables.forEach((entries, i) => {
    const pins: Pin[] = [0, 1, 2].map((k) => ({ value: x, bit: i + k, invert: (i + k) % 2 === 1 }));
    b.output(`y${i}`, b.table(pins, entries));
  });
  return b.finish('c');
}

describe('shared tables', () => {
  it('are those that stand in a circuit more than once, whatever their pins', () => {
    const shared = sharedTables(circuit([XOR3, MAJORITY, XOR3, XOR3]), 'top_c', ['top_c'], 2);
    expect([...shared.values()]).toEqual([
      { module: 'top_c_table0', input: 2, output: 0, wires: [], bits: ['i[0] ^ i[1] ^ i[2]'] },
    ]);
  });

  it('are none where there are few', () => {
    const net = circuit([XOR3, MAJORITY, XOR3, XOR3]);
    expect([3, 4].map((many) => sharedTables(net, 'm', [], many).size)).toEqual([1, 0]);
  });

  it('have names that no other module has', () => {
    const net = circuit([XOR3, MAJORITY, MAJORITY, XOR3]);
    const names = (taken: readonly string[]) => [...sharedTables(net, 'm', taken, 2).values()].map((t) => t.module);
    expect(names(['m', 'n'])).toEqual(['m_table0', 'm_table1']);
    expect(names(['m', 'M_Table1', 'm_table_x'])).toEqual(['m_table__0', 'm_table__1']);
  });

  it('of more pins than a formula takes stay where they are', () => {
    const b = new NetlistBuilder();
    const x = b.input('x', { lo: 0, hi: 255 });
    for (const first of [0, 1]) {
      const pins: Pin[] = Array.from({ length: 7 }, (_, k) => ({ value: x, bit: first + k, invert: false }));
      b.output(
        `y${first}`,
        b.table(
          pins,
          Array.from({ length: 128 }, (_, i) => (i * 37) % 5),
        ),
      );
    }
    expect(sharedTables(b.finish('c'), 'm', [], 2).size).toBe(0);
  });
});
