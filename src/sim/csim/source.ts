import { harnessSource } from '../assets.ts';
import type { CsimJob, CsimOptions, CsimSource } from './job.ts';

const SHIM = [
  'ap_int.h',
  'hls_stream.h',
  'ap_axi_sdata.h',
  ...['storage', 'base', 'ops'].map((n) => `ap_shim/${n}.hpp`),
];
const OPTIMISE = { run: '-O2', build: '-O0' };
const OWN_HEADERS = 'sluice_include';
const PROGRAM = 'sluice_program.cpp';

/**
 * The design and its test bench in one translation unit: the headers are read once. Parts of very large circuits are files of their
 * own, which no compiler holds at once.
 */
export function csimSource({ top, files }: CsimJob, { include, effort = 'run' }: CsimOptions): CsimSource {
  const all = new Map(files);
  all.set(PROGRAM, `#include "${top}.cpp"\n#include "${top}_tb.cpp"\n`);
  if (include === undefined)
    for (const f of SHIM) all.set(`${OWN_HEADERS}/${f}`, harnessSource(`sim/hls/include/${f}`));
  const parts = [...files.keys()].filter((path) => /^circuits\/.*\.cpp$/.test(path));
  return {
    files: all,
    args: ['-std=c++14', OPTIMISE[effort], '-w', '-I', include ?? OWN_HEADERS],
    sources: [PROGRAM, ...parts],
  };
}
