/**
 * `npm start`: from a fresh clone to two proven accelerators. Installs and compiles what is missing, builds two of the
 * example networks, runs every executor that is at hand on the examples' inputs and compares integers.
 */
import { ensureBuilt, ensureInstalled, must, node, table } from './common.mjs';

const EXAMPLES = ['digits-autoencoder', 'digits-mlp'];
const SLUICE = 'dist/cli/main.js';

/** Runs a verb and returns the document that `--json` prints. */
async function sluice(args) {
  console.log(`\n$ npx sluice ${args.join(' ')}`);
  const done = await node([SLUICE, ...args, '--json'], { capture: true });
  if (done.stdout === '') must(done, `sluice ${args[0]}`);
  const document = JSON.parse(done.stdout);
  if (!document.ok) console.log(done.stdout);
  must(done, `sluice ${args[0]}`);
  return document;
}

/** Latency and II, which the model predicts and all RTL simulators must have measured alike. */
function cycles(predicted, executors) {
  const measured = Object.values(executors).flatMap((e) => (e.cycles ? [e.cycles] : []));
  const same = measured.length > 0 && measured.every((c) => c.latency === predicted.latency && c.ii === predicted.ii);
  return { same, latency: predicted.latency, ii: predicted.ii };
}

await ensureInstalled();
await ensureBuilt();

const results = [];
for (const name of EXAMPLES) {
  const folder = `examples/${name}`;
  const dir = `build/${name}`;
  const { summary } = await sluice(['build', `${folder}/model.onnx`, '-o', dir]);
  console.log(
    `  ${summary.weights.toLocaleString('en-US')} weights, ${summary.kernels.length} kernels and FIFOs; ` +
      `about ${summary.cost.lut} LUT, ${summary.cost.ff} FF, ${summary.cost.dsp} DSP, ${summary.cost.bram} BRAM`,
  );
  const proof = await sluice(['verify', dir, '--inputs', `${folder}/input.npy`, '--expect', `${folder}/expected.npy`]);
  for (const [executor, e] of Object.entries(proof.executors)) {
    const note = e.status === 'missing' ? ' on this machine, not needed' : `, ${e.mismatches} mismatches`;
    console.log(`  ${executor.padEnd(10)} ${e.status}${note}`);
  }
  console.log(`  ${'golden'.padEnd(10)} ${proof.golden.status}, largest error ${proof.golden.maxAbsError}`);
  results.push({ name, dir, summary, proof, cycles: cycles(proof.model, proof.executors) });
}

const equal = (proof) =>
  Object.entries({ ...proof.executors, golden: proof.golden })
    .filter(([, e]) => e.status === 'equal')
    .map(([name]) => name)
    .join(' = ');

console.log(
  `\n${table([
    ['network', 'built in', 'latency', 'II', 'cycles: model = RTL', 'frames/s', 'equal on all samples', 'samples'],
    ...results.map(({ name, dir, summary, proof, cycles: c }) => [
      name,
      dir,
      c.latency,
      c.ii,
      c.same ? 'yes' : 'NO',
      Math.round(summary.framesPerSecond).toLocaleString('en-US'),
      equal(proof),
      proof.samples,
    ]),
  ])}`,
);

const proven = results.every(({ proof, cycles: c }) => proof.ok && c.same && proof.golden.status === 'equal');
console.log(
  proven
    ? '\nProven: HLS C++ and Verilog compute the integers of the trained models, in the cycles that were predicted.'
    : '\nNOT PROVEN: see the table.',
);
process.exitCode = proven ? 0 : 1;
