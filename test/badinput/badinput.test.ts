import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import { renderDiagnostic } from '../../src/diag/render.ts';
import { importOnnx } from '../../src/import/onnx/import.ts';
import { onnxModel } from '../fuzz/onnx.ts';
import { CASES } from './cases.ts';

const EXPECTED = join(import.meta.dirname, 'expected');
const update = process.env['UPDATE_GOLDEN'] === '1';

function said(run: () => void): string {
  try {
    run();
  } catch (e) {
    if (e instanceof DiagnosticError) return `${e.diagnostics.map(renderDiagnostic).join('\n')}\n`;
    throw e;
  }
  return 'nothing was wrong\n';
}

describe('what is said of bad input', () => {
  it.each(CASES)('$name', ({ name, run }) => {
    const file = join(EXPECTED, `${name}.txt`);
    const text = said(run);
    if (update) writeFileSync(file, text);
    expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : 'no expected text: run with UPDATE_GOLDEN=1');
    expect(text).toMatch(/^error\[E0[23]\d\d\]: /);
  });

  it('has no expected text without its case', () => {
    expect(readdirSync(EXPECTED).sort()).toEqual(CASES.map((c) => `${c.name}.txt`).sort());
  });
});

it('the shapes option fixes an open shape', () => {
  const nodes = [
    { op: 'BipolarQuant', inputs: ['x', 's'], outputs: ['q'] },
    { op: 'Add', inputs: ['q', 'q'], outputs: ['y'] },
  ];
  const consts = { s: { dtype: 'float32' as const, shape: [], data: [1] } };
  const bytes = onnxModel({ inputs: [{ name: 'x', shape: ['N', 'K'] }], outputs: ['y'], nodes, consts });
  expect(importOnnx(bytes, { shapes: { x: [1, 6] } }).model.post.outputs[0]?.shape).toEqual([1, 6]);
});
