#!/usr/bin/env node
import { runCli } from './cli.ts';
import { report } from './command.ts';
import { reporter } from './reporter.ts';

const args = process.argv.slice(2);

// A reader that has seen enough (`sluice list ops | head`) is no error.
process.stdout.on('error', (e: NodeJS.ErrnoException) => {
  if (e.code !== 'EPIPE') throw e;
  process.exit();
});
process.on('uncaughtException', (e) => {
  process.exit(report(reporter(args.includes('--json')), e));
});

await runCli(args);
