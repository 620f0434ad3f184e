/** The dependency rules themselves: each one is broken on purpose in a small tree and must be found. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const config = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  readonly forbidden: (IForbiddenRuleType & { readonly name: string; readonly comment: string })[];
  readonly options: ICruiseOptions;
};

/** Rule → a file and what it must not import. */
const BREACHES: { readonly [rule: string]: readonly [file: string, imported: string] } = {
  'layer-diag': ['src/diag/x.ts', '../num/y.ts'],
  'layer-num': ['src/num/x.ts', '../ir/y.ts'],
  'layer-host': ['src/host/x.ts', '../ir/y.ts'],
  'layer-ir': ['src/ir/x.ts', '../kernels/y.ts'],
  'layer-netlist': ['src/netlist/x.ts', '../ir/y.ts'],
  'layer-kernels': ['src/kernels/x.ts', '../analysis/y.ts'],
  'layer-analysis': ['src/analysis/x.ts', '../passes/y.ts'],
  'layer-threads': ['src/threads/x.ts', '../passes/y.ts'],
  'layer-passes': ['src/passes/x.ts', '../emit/y.ts'],
  'layer-import': ['src/import/onnx/x.ts', '../../kernels/y.ts'],
  'layer-quantise': ['src/quantise/x.ts', '../passes/y.ts'],
  'layer-run': ['src/run/x.ts', '../kernels/y.ts'],
  'layer-tools': ['src/tools/x.ts', '../sim/y.ts'],
  'layer-synth': ['src/synth/x.ts', '../emit/y.ts'],
  'layer-emit': ['src/emit/x.ts', '../sim/y.ts'],
  'layer-sim': ['src/sim/x.ts', '../emit/y.ts'],
  'cli-is-last': ['src/flow/x.ts', '../cli/y.ts'],
  'flow-below-cli': ['src/sim/x.ts', '../flow/y.ts'],
  'sweep-below-cli': ['src/flow/x.ts', '../sweep/y.ts'],
  'report-below-cli': ['src/flow/x.ts', '../report/y.ts'],
  'no-cycles': ['src/diag/x.ts', './x.ts'],
  'pure-layers': ['src/ir/x.ts', 'node:fs'],
  'ops-stand-alone': ['src/ir/ops/a/op.ts', '../b/op.ts'],
  'kernels-stand-alone': ['src/kernels/a/cost.ts', '../b/kernel.ts'],
  'registries-are-for-users': ['src/kernels/a/kernel.ts', '../index.ts'],
  'tools-start-programs': ['src/sim/x.ts', 'execa'],
  'report-draws': ['src/flow/x.ts', '@dagrejs/dagre'],
  'sweep-queues-jobs': ['src/flow/x.ts', 'bullmq'],
  'wasm-builds-wasm': ['src/sim/csim/x.ts', 'binaryen'],
  'emit-renders': ['src/sim/x.ts', 'handlebars'],
  'import-reads-protobuf': ['src/ir/x.ts', '@bufbuild/protobuf'],
  'cli-parses-arguments': ['src/flow/x.ts', 'commander'],
  'sources-need-no-tests': ['src/ir/x.ts', '../../test/y.ts'],
  'declared-packages': ['src/ir/x.ts', 'vitest'],
};

let tree = '';
const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(tree, file)), { recursive: true });
  writeFileSync(join(tree, file), text);
};

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'sluice-rules-'));
  for (const file of ['package.json', 'node_modules']) symlinkSync(join(ROOT, file), join(tree, file));
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

/** The rules that a tree breaks. */
async function broken(): Promise<string[]> {
  const ruleSet = { forbidden: config.forbidden };
  const options: ICruiseOptions = { ...config.options, baseDir: tree, ruleSet, validate: true };
  const { output } = await cruise(['src'], options);
  return (output as ICruiseResult).summary.violations.map((v) => v.rule.name);
}

describe('the dependency rules', () => {
  it('all say why, and are all tried here', () => {
    expect(config.forbidden.filter((r) => r.comment.length < 20)).toEqual([]);
    expect(config.forbidden.map((r) => r.name).sort()).toEqual(Object.keys(BREACHES).sort());
  });

  it.each(Object.entries(BREACHES))('%s is enforced', async (rule, [file, imported]) => {
    const target = join(dirname(file), imported);
    if (imported.startsWith('.') && target !== file) write(target, 'export const y = 1;\n');
    write(file, `import * as other from '${imported}';\nexport const x = other;\n`);
    expect(await broken()).toContain(rule);
  });

  it('let a clean tree pass', async () => {
    write('src/num/y.ts', 'export const y = 1;\n');
    write('src/ir/x.ts', `export { y } from '../num/y.ts';\n`);
    expect(await broken()).toEqual([]);
  });
});
