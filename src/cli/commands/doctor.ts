import type { Command } from 'commander';
import { clangWasmVersion } from '../../tools/clang.ts';
import { cxxCompiler } from '../../tools/cxx.ts';
import { icarusVersion } from '../../tools/icarus.ts';
import { nextpnrVersion } from '../../tools/nextpnr.ts';
import { verilatorVersion } from '../../tools/verilator.ts';
import { yosysVersion } from '../../tools/yosys.ts';
import { nativeYosysVersion } from '../../tools/yosys-script.ts';
import { EXIT, perform, verb } from '../command.ts';

interface Tool {
  readonly name: string;
  readonly version: () => Promise<string | undefined>;
  readonly use: string;
  readonly missing: string;
}

const TOOLS: readonly Tool[] = [
  { name: 'node', version: async () => process.version, use: 'everything', missing: '' },
  { name: 'yosys (wasm)', version: yosysVersion, use: 'verify --with wasm, synth', missing: 'npm install again' },
  {
    name: 'clang (wasm)',
    version: clangWasmVersion,
    use: 'verify --with csim without a compiler',
    missing: 'npm install again',
  },
  {
    name: 'verilator',
    version: verilatorVersion,
    use: 'verify --with verilator',
    missing: 'apt-get install verilator',
  },
  { name: 'icarus', version: icarusVersion, use: 'verify --with icarus', missing: 'apt-get install iverilog' },
  {
    name: 'c++',
    version: async () => (await cxxCompiler())?.version,
    use: 'verify --with csim, faster',
    missing: 'apt-get install g++',
  },
  {
    name: 'yosys',
    version: async () => (await nativeYosysVersion())?.replace(/ \(.*$/, ''),
    use: 'synth --yosys native, faster',
    missing: 'apt-get install yosys',
  },
  {
    name: 'nextpnr-ice40',
    version: nextpnrVersion,
    use: 'synth --target ice40: clock frequency',
    missing: 'apt-get install nextpnr-ice40',
  },
];

export const doctorCommand = (): Command =>
  verb('doctor', 'sluice doctor').action((options: { readonly json?: boolean }) =>
    perform(options.json === true, async (out) => {
      const found = [];
      for (const t of TOOLS) {
        const version = await t.version();
        found.push({ tool: t.name, found: version !== undefined, version: version ?? null, use: t.use });
        out.say(
          `${version === undefined ? '–' : '✓'} ${t.name.padEnd(14)} ${(version ?? `missing: ${t.missing}`).padEnd(48)} ${t.use}`,
        );
      }
      out.json({ ok: true, tools: found });
      return EXIT.ok;
    }),
  );
