import { expect, it } from 'vitest';
import { climber } from '../../../src/num/scalar/climber.ts';
import { climb, type Staircase } from '../../../src/num/scalar/staircase.ts';
import { type Rng, rng } from '../../conformance/case.ts';

/** Even, uneven and repeated steps. */
function stairs(random: Rng): Staircase {
  const n = random.int(0, 40);
  const width = random.pick([0.3, 1, 2.7, 100]);
  const wobble = random.pick([0, 1, 5, 1000]);
  const steps = Float64Array.from({ length: n }, (_, k) => Math.floor(k * width + random.int(0, wobble)) - 20).sort();
  const reach = 20 + 40 * width + wobble;
  return { mirrored: random.chance(0.5), domain: { lo: -reach, hi: reach }, first: random.int(-9, 9), steps };
}

it('finds the level that halving finds, on every integer', () => {
  for (let seed = 0; seed < 200; seed++) {
    const s = stairs(rng(seed));
    const f = climber(s);
    for (let x = Math.ceil(s.domain.lo); x <= s.domain.hi; x++)
      if (f(x) !== climb(s, x)) expect([seed, x, f(x)]).toEqual([seed, x, climb(s, x)]);
    expect(f(s.domain.hi)).toBe(climb(s, s.domain.hi));
  }
});
