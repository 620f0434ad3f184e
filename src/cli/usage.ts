import type { Diagnostic } from '../diag/diagnostic.ts';
import { badUsage } from '../diag/messages-cli.ts';

/** A complaint of the argument parser as a diagnostic like all others. `verb`: the one that was given, if it is one. */
export function usageProblem(verb: string | undefined, complaint: { code: string; message: string }): Diagnostic {
  const command = verb === undefined ? 'sluice' : `sluice ${verb}`;
  if (complaint.code === 'commander.help') return badUsage(command, 'no verb is given');
  const [what = '', ...rest] = complaint.message.replace(/^error: /, '').split('\n');
  const near = /^\(Did you mean (.*)\?\)$/.exec(rest.join(' '))?.[1];
  return badUsage(command, what, near === undefined ? undefined : `did you mean ${near}?`);
}
