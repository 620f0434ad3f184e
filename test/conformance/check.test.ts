/** The conformance check itself must see a wrong integer and a wrong cycle, and say whose it is. */
import { expect, it } from 'vitest';
import { drawSubject, type Subject } from './bench.ts';
import { checkRtl, cycleDifference, FRAMES, SIMULATORS } from './check.ts';
import { sample as sampleMvu } from './samplers/mvu.ts';
import { sample as sampleThresholds } from './samplers/thresholds.ts';

it('names the kernel whose integers differ, per simulator and stall', async () => {
  const good = drawSubject(sampleThresholds, 3, FRAMES);
  const bad = drawSubject(sampleMvu, 4, FRAMES);
  const expected = bad.expected.map((data) => data.slice());
  if (expected[0]) expected[0][2] = (expected[0][2] as number) ^ 1;
  const faults = await checkRtl([good, { ...bad, expected } satisfies Subject]);
  expect(faults).toHaveLength(2 * SIMULATORS.length);
  for (const fault of faults)
    expect(fault).toMatch(/^mvu seed 4 .*frame 0, element 2: expected -?\d+, got -?\d+ \(1 differ\)/);
});

it('tells a handshake that comes a cycle late', () => {
  const late = Float64Array.of(4, 6, 7);
  expect(cycleDifference('output 0', late, Float64Array.of(4, 5, 7))).toMatch(/beat 1 moves in cycle 6, .* in cycle 5/);
  expect(cycleDifference('output 0', late, Float64Array.of(4, 6))).toMatch(/beat 2 moves in cycle 7, .* never/);
  expect(cycleDifference('output 0', late, late)).toBeUndefined();
});
