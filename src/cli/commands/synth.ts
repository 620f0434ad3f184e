import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { fail } from '../../diag/diagnostic.ts';
import { editedFiles } from '../../diag/messages-cli.ts';
import { cannotWrite } from '../../diag/messages-emit.ts';
import { noDevice, targetAndLiberty, unknownTarget } from '../../diag/messages-synth.ts';
import { systemReason } from '../../diag/system-error.ts';
import { makeDirectory } from '../../emit/fileset.ts';
import { loadBuild } from '../../flow/load-build.ts';
import { chooseTarget, type LibraryFile, type SynthReport, synthesiseBuild } from '../../flow/synth.ts';
import { readLiberty } from '../../synth/liberty.ts';
import { FPGA_TARGETS, type FpgaTarget } from '../../synth/targets.ts';
import { YOSYS_KINDS, type YosysKind } from '../../tools/yosys-script.ts';
import { collect, EXIT, perform, verb } from '../command.ts';
import { read, readInputs } from '../files.ts';
import { synthLines } from '../synth-lines.ts';

interface Options {
  readonly target?: string;
  readonly liberty?: string;
  readonly device?: string;
  readonly yosys: YosysKind;
  readonly inputs?: readonly string[];
  readonly json?: boolean;
}

/** A family of fabrics: which of them, the part says. */
const XILINX = 'xilinx';
const TARGETS = [XILINX, ...FPGA_TARGETS];

export const synthCommand = (): Command =>
  verb('synth', 'sluice synth out --target ecp5')
    .argument('<DIR>', 'a build directory')
    .option(
      '--target <NAME>',
      `${TARGETS.join(', ')} (default: as the build's part; xilinx is UltraScale+ where no part says)`,
    )
    .option('--liberty <FILE>', 'map to the cells of this library instead')
    .option('--device <PART>', 'the part whose shares are shown; for iCE40, the one to place on')
    .option('--inputs <[NAME=]X.npy>', 'what energy is estimated on; repeatable (default: random frames)', collect)
    .addOption(new Option('--yosys <KIND>', 'which Yosys').choices([...YOSYS_KINDS]).default('wasm'))
    .action((dir: string, options: Options) =>
      perform(options.json === true, async (out) => {
        if (options.target !== undefined && options.liberty !== undefined) fail(targetAndLiberty());
        const target = options.target === undefined ? undefined : targetOf(options.target);
        const library = options.liberty === undefined ? undefined : await libraryOf(options.liberty);
        const build = await loadBuild(dir);
        if (build.edited.length > 0) out.diagnose([editedFiles(dir, build.edited)]);
        const fabric = target === XILINX ? xilinxOf(build.device, options.device) : target;
        const chosen = library ? { target: library } : chooseTarget(build, fabric, options.device);
        out.progress(`synthesise for ${library?.library.name ?? chosen.target}`);
        const names = build.model.pre.inputs.map((i) => i.name);
        const inputs = options.inputs && (await readInputs(options.inputs, names));
        const { report, warnings } = await synthesiseBuild(build, {
          ...chosen,
          yosys: options.yosys,
          ...(inputs ? { inputs } : {}),
        });
        const file = await writeReport(dir, library ? 'liberty' : report.target, report);
        out.diagnose(warnings);
        for (const line of synthLines(report)) out.say(line);
        out.say(`wrote ${file}`);
        out.json({ ok: true, file, ...report, warnings });
        return EXIT.ok;
      }),
    );

function targetOf(name: string): FpgaTarget | typeof XILINX {
  if (name === XILINX) return XILINX;
  return FPGA_TARGETS.find((t) => t === name) ?? fail(unknownTarget(name, TARGETS));
}

/** Which of AMD's fabrics is meant; undefined leaves the choice to the part. */
function xilinxOf(built: string | undefined, asked: string | undefined): FpgaTarget | undefined {
  const isOurs = (part: string | undefined): boolean => /^xc/i.test(part ?? '');
  if (asked !== undefined && !isOurs(asked)) return fail(noDevice(XILINX, asked));
  return isOurs(built) || isOurs(asked) ? undefined : 'xcup';
}

async function libraryOf(file: string): Promise<LibraryFile> {
  const text = (await read(file)).toString('utf8');
  return { file, text, library: readLiberty(text, file) };
}

async function writeReport(dir: string, target: string, report: SynthReport): Promise<string> {
  const file = join(dir, 'reports', `synth-${target}.json`);
  try {
    await makeDirectory(join(dir, 'reports'));
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
    return file;
  } catch (e) {
    const reason = systemReason(e);
    if (reason !== undefined) fail(cannotWrite(file, reason));
    throw e;
  }
}
