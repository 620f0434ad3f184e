/**
 * The directions of dependency, checked. Layers, from the bottom:
 * diag ← num ← host ← ir ← kernels ← analysis ← passes; netlist stands on num; import, emit, sim and run stand beside them; flow joins; cli prints.
 */

/** Each layer and all the layers that it may know, besides itself. */
const KNOWS = {
  diag: [],
  num: ['diag'],
  host: ['diag', 'num'],
  ir: ['diag', 'num', 'host'],
  netlist: ['diag', 'num'],
  kernels: ['diag', 'num', 'netlist', 'host', 'ir'],
  analysis: ['diag', 'num', 'netlist', 'host', 'ir', 'kernels'],
  threads: ['netlist'],
  passes: ['diag', 'num', 'netlist', 'host', 'ir', 'kernels', 'analysis'],
  import: ['diag', 'num', 'host', 'ir'],
  quantise: ['diag', 'num', 'host', 'ir', 'import'],
  run: ['diag', 'num', 'host', 'ir'],
  tools: ['diag'],
  synth: ['diag', 'tools'],
  emit: ['diag', 'num', 'netlist', 'host', 'ir', 'kernels'],
  sim: ['diag', 'num', 'host', 'ir', 'kernels', 'tools'],
};

const WHY = {
  diag: 'Diagnostics and their wording know nothing else, so that everything can report.',
  num: 'Numbers, types and tensors mean the same everywhere: they know of no graph.',
  host: 'Host arithmetic is what the model does in floats around the integers; it works on plain tensors.',
  ir: 'The IR defines what a model means; hardware and file formats must not leak into that meaning.',
  netlist: 'A netlist is arithmetic on bits: it knows neither networks nor streams, so that its proofs stand alone.',
  kernels: 'A kernel knows the op that it implements; what passes or emitters do with it is their business.',
  analysis: 'Questions without side effects: passes ask them, so they cannot know passes.',
  threads: 'Threads do the work of the optimiser, which does not know of them.',
  passes: 'Passes rewrite graphs; they neither read files nor write hardware.',
  import: 'An importer knows only what a model means, so a new format or op needs no hardware.',
  quantise:
    'Quantisers are put into a float model as its exporter could have done: the importer then treats them like any.',
  run: 'Frames between arrays and the reference: no hardware here.',
  tools: 'Wrappers of outside programs take plain values; they know nothing of networks.',
  synth: 'Synthesis takes Verilog as text and counts cells; what the design computes is no matter here.',
  emit: 'An emitter writes down a finished kernel graph; it decides nothing, so it needs no pass, and no simulator.',
  sim: 'A simulator gets the emitted files as data: that keeps it an independent witness of the emitter.',
};

const layerRules = Object.entries(KNOWS).map(([layer, known]) => ({
  name: `layer-${layer}`,
  comment: WHY[layer],
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: '^src/', pathNot: `^src/(${[layer, ...known].join('|')})/` },
}));

const PURE = ['diag', 'num', 'netlist', 'host', 'ir', 'kernels', 'analysis', 'passes', 'quantise', 'run'];

/** Only files under `where` use the package. */
const only = (name, pkg, where, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: `^${where}` },
  to: { path: pkg },
});

/** Only those layers, the CLI and the library entry know the layer. */
const onlyAbove = (layer, from, comment) => ({
  name: `${layer}-below-cli`,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/(${[...from, 'cli'].join('|')})/|^src/index\\.ts` },
  to: { path: `^src/${layer}/` },
});

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'cli-is-last',
      comment: 'Only the CLI prints, exits and reads argv; a library user must never meet it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    onlyAbove(
      'flow',
      ['flow', 'sweep', 'report'],
      'Flows join the layers; only sweeps and reports of them, the CLI and the library entry stand above them.',
    ),
    onlyAbove('sweep', ['sweep', 'report'], 'A sweep measures flows: nothing that it measures may know of it.'),
    onlyAbove('report', ['report'], 'A report shows what others have found: nothing is found for its sake.'),
    {
      name: 'no-cycles',
      comment: 'A cycle hides which of two files can be understood alone.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-layers',
      comment: 'Pure functions run anywhere, test without set-up and give the same bytes on every machine.',
      severity: 'error',
      from: { path: `^src/(${PURE.join('|')})/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'ops-stand-alone',
      comment: 'One folder is one op: shared arithmetic may be imported, the definition of another op may not.',
      severity: 'error',
      from: { path: '^src/ir/ops/([^/]+)/' },
      to: { path: '^src/ir/ops/[^/]+/op\\.ts$', pathNot: '^src/ir/ops/$1/' },
    },
    {
      name: 'kernels-stand-alone',
      comment: 'One folder is one kernel: nothing of another kernel is needed to read, change or remove it.',
      severity: 'error',
      from: { path: '^src/kernels/([^/]+)/' },
      to: { path: '^src/kernels/[^/]+/kernel\\.ts$', pathNot: '^src/kernels/$1/' },
    },
    {
      name: 'registries-are-for-users',
      comment: 'An op or kernel that reads its own registry is a cycle in waiting.',
      severity: 'error',
      from: { path: '^src/(ir/ops|kernels)/[^/]+/' },
      to: { path: '^src/(ir/ops|kernels)/(index|list)\\.ts$' },
    },
    only(
      'tools-start-programs',
      'node_modules/(execa|@yowasp)/',
      'src/tools/',
      'One place starts outside programs, so all fail with the same diagnostic.',
    ),
    only('report-draws', 'node_modules/@dagrejs/', 'src/report/', 'Only a page lays out a drawing.'),
    only(
      'sweep-queues-jobs',
      'node_modules/(bullmq|ioredis)/',
      'src/sweep/',
      'One place knows where jobs wait; the rest computes them.',
    ),
    only(
      'wasm-builds-wasm',
      'node_modules/binaryen/',
      'src/sim/wasm/',
      'The lowering of netlists to WebAssembly is the one user of binaryen.',
    ),
    only(
      'emit-renders',
      'node_modules/handlebars/',
      'src/emit/',
      'Templates are rendered in one place, strictly and without escaping.',
    ),
    only(
      'import-reads-protobuf',
      'node_modules/@bufbuild/',
      'src/import/',
      'The ONNX file format stays inside its importer.',
    ),
    only(
      'cli-parses-arguments',
      'node_modules/(commander|yaml)/',
      'src/cli/',
      'Arguments and configuration files are read in one place.',
    ),
    {
      name: 'sources-need-no-tests',
      comment: 'What ships cannot depend on what does not.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts|examples)/' },
    },
    {
      name: 'declared-packages',
      comment: 'What is shipped depends on declared packages only, never on those of development.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'], pathNot: '@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
