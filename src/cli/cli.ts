import { Command, CommanderError } from 'commander';
import { VERSION } from '../flow/version.ts';
import { EXIT, report } from './command.ts';
import { reporter } from './reporter.ts';
import { usageProblem } from './usage.ts';
import { VERBS, type Verb, verbOf } from './verbs.ts';

/** Runs one command line, given without `node` and the script's name; the answer is in `process.exitCode`. */
export async function runCli(args: readonly string[]): Promise<void> {
  const wanted = verbOf(args);
  try {
    const program = await programFor(wanted);
    await program.parseAsync([...args], { from: 'user' });
  } catch (e) {
    const out = reporter(args.includes('--json'));
    if (!(e instanceof CommanderError)) process.exitCode = report(out, e);
    else if (e.exitCode === 0) process.exitCode = EXIT.ok;
    else {
      const diagnostic = usageProblem(wanted?.name, e);
      out.diagnose([diagnostic]);
      out.json({ ok: false, diagnostics: [diagnostic] });
      process.exitCode = EXIT.input;
    }
  }
}

async function programFor(wanted: Verb | undefined): Promise<Command> {
  const program = new Command('sluice')
    .description(
      'Compiles trained, quantised neural networks into FPGA and ASIC accelerators, proven equal to the model.',
    )
    .version(VERSION)
    .addHelpText(
      'after',
      '\nExit codes: 0 done and equal; 1 hardware and model differ; 2 bad input or option; 3 a tool is missing or failed.',
    );
  // Only the verb that runs is loaded; the others are names in the help.
  for (const verb of VERBS) {
    const command = verb === wanted ? await verb.load() : named(verb);
    program.addCommand(command.description(verb.summary));
  }
  // The parser neither prints its complaints nor ends the process.
  for (const command of [program, ...program.commands]) {
    command.exitOverride();
    command.configureOutput({ writeErr: () => {} });
  }
  return program;
}

function named({ name, args }: Verb): Command {
  const command = new Command(name);
  return args === '' ? command : command.arguments(args);
}
