/**
 * `npm run calibrate [-- --measure [kernel…]]`: fits the cost models to the measurements and says how good they are. With
 * `--measure`, first synthesises what is not measured yet, with the Yosys on PATH: hours on one core for all of it.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Terms } from '../../src/kernels/kernel.ts';
import { DESIGNS } from './designs.ts';
import { FABRICS, type Model, modelOf } from './model.ts';
import { page } from './page.ts';
import { measureMissing } from './run.ts';

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const record = (terms: Terms): string =>
  `{ ${Object.entries(terms)
    .map(([t, v]) => `'${t}': ${v}`)
    .join(', ')} }`;

const source = (models: readonly Model[]): string =>
  [
    '/** Written by `npm run calibrate`: do not edit. How good it is: docs/cost.md. */',
    "import type { Calibration } from '../cost-model.ts';",
    '',
    'export const CALIBRATION: Calibration = {',
    ...models.map((m) => `${m.fabric}: { lut: ${record(m.factors.lut)}, ff: ${record(m.factors.ff)} },`),
    '};',
    '',
  ].join('\n');

async function main(args: readonly string[]): Promise<void> {
  const names = args.filter((a) => !a.startsWith('--'));
  if (args.includes('--measure')) await measureMissing(names.length > 0 ? names : Object.keys(DESIGNS), FABRICS);
  const models = Object.keys(DESIGNS).map((kernel) =>
    FABRICS.map((f) => modelOf(kernel, f)).filter((m) => m !== undefined),
  );
  const files = Object.keys(DESIGNS).map((kernel, i) => {
    const file = root(`src/kernels/${kernel}/calibration.ts`);
    writeFileSync(file, source(models[i] ?? []));
    return file;
  });
  execFileSync('npx', ['biome', 'check', '--write', ...files], { cwd: root(''), stdio: 'ignore' });
  const text = page(models.flat());
  writeFileSync(root('docs/cost.md'), text);
  console.log(text.slice(text.indexOf('| kernel')));
}

await main(process.argv.slice(2));
