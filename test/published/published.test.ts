import { describe, expect, it } from 'vitest';
import { check } from './check.ts';
import { MISSING, modelsFolder, publishedModels } from './models.ts';
import { nodeSuite } from './node-suite.ts';

const folder = modelsFolder();
const models = folder ? publishedModels(folder) : [];

describe.skipIf(!folder)(folder ? 'published models' : `published models (${MISSING})`, () => {
  it.each(models.filter((m) => m.tier === 1))('$id equals its golden output', (m) => {
    const { row } = check(folder ?? '', m);
    expect(row).toMatchObject({ result: 'equal' });
  });

  it.each(models.filter((m) => m.tier === 0))('$id is refused with the nodes named, or right', (m) => {
    const { row } = check(folder ?? '', m);
    if (row.result === 'refused') expect(row.reason).toMatch(/^error\[E02\d\d\]: \S+: /);
    else expect(['equal', 'skipped']).toContain(row.result);
  });
});

describe.skipIf(!folder)(folder ? "ONNX's operator tests" : `ONNX's operator tests (${MISSING})`, () => {
  const tests = folder ? nodeSuite(folder) : [];

  it('are equal wherever the operator is imported', () => {
    expect(tests.filter((t) => !t.equal)).toEqual([]);
  });

  it.each(['qlinearconv', 'qlinearmatmul_2D_uint8_float32', 'convinteger_with_padding', 'matmulinteger'])(
    'test_%s becomes integer hardware',
    (name) => {
      expect(tests.find((t) => t.name === `test_${name}`)).toMatchObject({ how: 'hardware', equal: true });
    },
  );
});
