/** The outside tools that are here. Tests that need one that is missing are skipped, and vitest says how many. */
import { cxxCompiler } from '../src/tools/cxx.ts';
import { icarusVersion } from '../src/tools/icarus.ts';
import { verilatorVersion } from '../src/tools/verilator.ts';

export const hasIcarus = (await icarusVersion()) !== undefined;
export const hasCompiler = (await cxxCompiler()) !== undefined;
/** Verilator's output is C++: without a compiler it is no simulator. */
export const hasVerilator = hasCompiler && (await verilatorVersion()) !== undefined;
