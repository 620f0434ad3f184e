import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import { compareImport } from './oracle.ts';
import { randomNetwork } from './random.ts';

const CASES = Number(process.env['SLUICE_FUZZ'] ?? 500);
const FIRST = Number(process.env['SLUICE_FUZZ_SEED'] ?? 1);

interface Outcome {
  readonly seed: number;
  readonly difference?: string | undefined;
  /** Code of the diagnostic where the network was refused. */
  readonly refused?: string;
}

function run(seed: number): Outcome {
  const { bytes, samples } = randomNetwork(seed);
  try {
    return { seed, difference: compareImport(bytes, samples) };
  } catch (e) {
    if (!(e instanceof DiagnosticError)) throw new Error(`seed ${seed}`, { cause: e });
    return { seed, refused: e.diagnostics[0]?.code ?? '' };
  }
}

describe('random quantised networks', () => {
  const outcomes = Array.from({ length: CASES }, (_, i) => run(FIRST + i));

  it('equal their own evaluation in double precision after import, value by value', () => {
    expect(outcomes.filter((o) => o.difference !== undefined)).toEqual([]);
  });

  it('are rarely refused, and only for want of an integer form', () => {
    const refused = outcomes.filter((o) => o.refused !== undefined);
    // E0203: real numbers where integers are needed; E0205: sums beyond 53 bits; E0213: a form that has no integers.
    expect(refused.filter((o) => !['E0203', 'E0205', 'E0213'].includes(o.refused ?? ''))).toEqual([]);
    expect(refused.length).toBeLessThan(0.1 * CASES);
  });
});
