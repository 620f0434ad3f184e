import { runTool, type ToolOutput, toolVersion } from './exec.ts';

const INSTALL = 'install Icarus Verilog 11 or newer, such as with "apt-get install iverilog"';

/** Compiles Verilog with `iverilog` in a directory. */
export function iverilog(args: readonly string[], cwd: string, log?: string): Promise<ToolOutput> {
  return runTool({ tool: 'iverilog', args, cwd, install: INSTALL, ...(log === undefined ? {} : { log }) });
}

/** Runs a compiled simulation with `vvp` in a directory. */
export function vvp(args: readonly string[], cwd: string, log?: string): Promise<ToolOutput> {
  return runTool({ tool: 'vvp', args, cwd, install: INSTALL, ...(log === undefined ? {} : { log }) });
}

/** `Icarus Verilog version 11.0 …`, or undefined where there is none. */
export const icarusVersion = (): Promise<string | undefined> => toolVersion('iverilog', ['-V']);
