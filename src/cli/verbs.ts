import type { Command } from 'commander';

export interface Verb {
  readonly name: string;
  readonly args: string;
  readonly summary: string;
  /** The verb with its options. Loading it loads what it runs: the others stay on disk. */
  readonly load: () => Promise<Command>;
}

/** The verbs, in the order of their help. */
export const VERBS: readonly Verb[] = [
  {
    name: 'build',
    args: '<MODEL>',
    summary: 'imports a model, chooses the hardware and writes HLS C++ and Verilog',
    load: async () => (await import('./commands/build.ts')).buildCommand(),
  },
  {
    name: 'verify',
    args: '<DIR>',
    summary: 'runs every executor on the same vectors and compares integers',
    load: async () => (await import('./commands/verify.ts')).verifyCommand(),
  },
  {
    name: 'run',
    args: '<MODEL_OR_DIR>',
    summary: 'runs the integer reference model',
    load: async () => (await import('./commands/run.ts')).runCommand(),
  },
  {
    name: 'ir',
    args: '<MODEL_OR_FILE>',
    summary: 'prints the IR of a model, or runs passes on it',
    load: async () => (await import('./commands/ir.ts')).irCommand(),
  },
  {
    name: 'upset',
    args: '<DIR>',
    summary: 'inverts flip-flops of the RTL one at a time and watches outputs and state',
    load: async () => (await import('./commands/upset.ts')).upsetCommand(),
  },
  {
    name: 'synth',
    args: '<DIR>',
    summary: 'synthesises a build with Yosys and counts what each kernel takes',
    load: async () => (await import('./commands/synth.ts')).synthCommand(),
  },
  {
    name: 'sweep',
    args: '<SPEC>',
    summary: 'explores designs and finds those that no other beats; goes on where it was stopped',
    load: async () => (await import('./commands/sweep.ts')).sweepCommand(),
  },
  {
    name: 'report',
    args: '<DIR>',
    summary: 'writes one self-contained HTML page about a build or a sweep',
    load: async () => (await import('./commands/report.ts')).reportCommand(),
  },
  {
    name: 'gate',
    args: '<DIR>',
    summary: 'compares a build with stored figures, for pull requests',
    load: async () => (await import('./commands/gate.ts')).gateCommand(),
  },
  {
    name: 'worker',
    args: '',
    summary: 'computes designs of sweeps that wait in a Redis queue',
    load: async () => (await import('./commands/worker.ts')).workerCommand(),
  },
  {
    name: 'doctor',
    args: '',
    summary: 'tells which tools are here and what each makes possible',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  },
  {
    name: 'list',
    args: '<WHAT>',
    summary: 'lists ops, passes, kernels or devices',
    load: async () => (await import('./commands/list.ts')).listCommand(),
  },
];

/** The verb that arguments ask for: the first of them, or the one that help is wanted for. */
export function verbOf(args: readonly string[]): Verb | undefined {
  const words = args.filter((a) => !a.startsWith('-'));
  const name = words[0] === 'help' ? words[1] : words[0];
  return VERBS.find((v) => v.name === name);
}
