import { fail, invariant } from '../../diag/diagnostic.ts';
import { simulatorOutput } from '../../diag/messages-emit.ts';
import { cxxCompiler } from '../../tools/cxx.ts';
import type { CsimJob, CsimOptions, CsimResult } from './job.ts';
import { nativeBench } from './native.ts';
import { csimSource } from './source.ts';
import { interleave, separate } from './vectors.ts';
import { wasmBench } from './wasm.ts';

/** Compiles the emitted C++ (once: the program is kept by its content) and runs it on the job's frames. */
export async function simulateCsim(job: CsimJob, options: CsimOptions = {}): Promise<CsimResult> {
  const compiler = await choose(options);
  const source = csimSource(job, options);
  const bench = compiler === 'native' ? await nativeBench(source) : await wasmBench(source);
  const output = await bench(interleave(job.inputs, job.frames), job.image);
  const parts = separate(output, job.outputs, job.frames);
  if (!parts) fail(simulatorOutput('csim', `${output.length} bytes for ${job.frames} frames`, job.top), 'tool');
  return { outputs: parts.map((beats) => ({ beats })), compiler };
}

async function choose({ compiler = 'auto', include }: CsimOptions): Promise<'native' | 'wasm'> {
  invariant(compiler !== 'wasm' || include === undefined, 'other headers than our own need a native compiler');
  if (compiler !== 'auto') return compiler;
  return include !== undefined || (await cxxCompiler()) ? 'native' : 'wasm';
}
