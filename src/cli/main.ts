#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { badUsage } from '../diag/messages-cli.ts';
import { VERSION } from '../flow/version.ts';
import { EXIT } from './command.ts';
import { buildCommand } from './commands/build.ts';
import { doctorCommand } from './commands/doctor.ts';
import { irCommand } from './commands/ir.ts';
import { listCommand } from './commands/list.ts';
import { runCommand } from './commands/run.ts';
import { verifyCommand } from './commands/verify.ts';
import { reporter } from './reporter.ts';

const program = new Command('sluice')
  .description(
    'Compiles trained, quantised neural networks into FPGA and ASIC accelerators, proven equal to the model.',
  )
  .version(VERSION)
  .addHelpText(
    'after',
    '\nExit codes: 0 done and equal; 1 hardware and model differ; 2 bad input or option; 3 a tool is missing or failed.',
  );

for (const command of [buildCommand(), verifyCommand(), runCommand(), irCommand(), doctorCommand(), listCommand()]) {
  program.addCommand(command);
}

/** Commander's own complaints become diagnostics like all others. */
for (const command of [program, ...program.commands]) {
  command.exitOverride();
  command.configureOutput({ writeErr: () => {} });
}

try {
  await program.parseAsync();
} catch (e) {
  if (!(e instanceof CommanderError)) throw e;
  if (e.exitCode === 0) process.exitCode = EXIT.ok;
  else {
    const json = process.argv.includes('--json');
    const out = reporter(json);
    const message = e.code === 'commander.help' ? 'no verb is given' : e.message.replace(/^error: /, '');
    const diagnostic = badUsage(message);
    out.diagnose([diagnostic]);
    out.json({ ok: false, diagnostics: [diagnostic] });
    process.exitCode = EXIT.input;
  }
}
