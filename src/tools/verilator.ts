import { runTool, type ToolOutput, toolVersion } from './exec.ts';

const INSTALL = 'install Verilator 5.006 or newer, such as with "apt-get install verilator g++ make"';

/** Runs Verilator in a directory. */
export function verilator(args: readonly string[], cwd: string, log?: string): Promise<ToolOutput> {
  return runTool({ tool: 'verilator', args, cwd, install: INSTALL, ...(log === undefined ? {} : { log }) });
}

/**
 * Runs make, as `$MAKE` names it, on what Verilator wrote into a directory. Verilator has ended by then: of large designs it holds
 * gigabytes.
 */
export function makeVerilated(args: readonly string[], cwd: string): Promise<ToolOutput> {
  return runTool({ tool: process.env['MAKE'] ?? 'make', args, cwd, install: INSTALL });
}

/** `Verilator 5.006 …`, or undefined where there is none. */
export const verilatorVersion = (): Promise<string | undefined> => toolVersion('verilator');
