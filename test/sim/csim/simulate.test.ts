import { describe, expect, it } from 'vitest';
import { emitHls, hlsTop } from '../../../src/emit/hls/emit.ts';
import type { ValueType } from '../../../src/ir/graph.ts';
import { axisPorts } from '../../../src/kernels/axis.ts';
import type { IntArray } from '../../../src/num/tensor.ts';
import type { CsimJob, CsimOptions } from '../../../src/sim/csim/job.ts';
import { simulateCsim } from '../../../src/sim/csim/simulate.ts';
import { interleave, separate } from '../../../src/sim/csim/vectors.ts';
import { packBeats, streamPort } from '../../../src/sim/vectors.ts';
import { benchGraph, drawSubject } from '../../conformance/bench.ts';
import { sample } from '../../conformance/samplers/mvu.ts';
import { hasCompiler } from '../../tools.ts';

const FRAMES = 3;

function job(): { job: CsimJob; expected: Uint8Array[] } {
  const subjects = [drawSubject(sample, 5, FRAMES), drawSubject(sample, 6, FRAMES)];
  const graph = benchGraph(subjects);
  const ports = axisPorts(graph);
  const typeOf = (value: string): ValueType => graph.values[value] as ValueType;
  const inputs = subjects.flatMap((s) => s.inputs);
  const outputs = subjects.flatMap((s) => s.expected);
  const pack = (data: readonly IntArray[]) => (p: { value: string; width: number }, i: number) =>
    packBeats(data[i] as IntArray, typeOf(p.value), p.width);
  const expected = ports.outputs.map(pack(outputs));
  const beats = ports.inputs.map(pack(inputs));
  const streams = ports.inputs.map((p, i) => ({ port: streamPort(p), beats: beats[i] as Uint8Array }));
  return {
    job: {
      top: hlsTop(graph),
      files: emitHls(graph),
      inputs: streams,
      outputs: ports.outputs.map(streamPort),
      frames: FRAMES,
    },
    expected,
  };
}

/** The job with one file changed. */
function altered(path: string, from: RegExp, to: string): CsimJob {
  const { job: whole } = job();
  const before = String(whole.files.get(path));
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  return { ...whole, files: new Map(whole.files).set(path, after) };
}

const build: CsimOptions = { effort: 'build' };

describe('simulateCsim', () => {
  it.each(hasCompiler ? (['native', 'wasm'] as const) : (['wasm'] as const))(
    'gives the beats of the reference (%s)',
    async (compiler) => {
      const { job: whole, expected } = job();
      const result = await simulateCsim(whole, { ...build, compiler });
      expect(result.compiler).toBe(compiler);
      expect(result.outputs.map((o) => Buffer.from(o.beats))).toEqual(expected.map((e) => Buffer.from(e)));
    },
  );

  it('sees a kernel that computes something else', async () => {
    const { expected } = job();
    const wrong = altered('lib/mvu.hpp', /sum \+ product/, 'sum - product');
    const result = await simulateCsim(wrong, build);
    expect(result.outputs.map((o) => Buffer.from(o.beats))).not.toEqual(expected.map((e) => Buffer.from(e)));
  });

  it('names the stream that a kernel reads while it is empty', async () => {
    const starved = altered('lib/axis.hpp', /out\.write\(b\);/, 'if (i > 0) out.write(b);');
    await expect(simulateCsim(starved, build)).rejects.toThrow(/hls::stream 's_\w+': read while empty/);
  });

  it('objects to data that nobody reads and to a misplaced TLAST', async () => {
    const full = altered('lib/axis.hpp', /out\.write\(b\);/, 'out.write(b); if (i == 0) out.write(b);');
    await expect(simulateCsim(full, build)).rejects.toThrow(/left in it/);
    const early = altered('lib/axis.hpp', /i == BEATS - 1 \? 1 : 0/, '0');
    await expect(simulateCsim(early, build)).rejects.toThrow(/TLAST is misplaced/);
  });
});

describe('vector files', () => {
  it('hold frame after frame, in a frame port after port', () => {
    const port = (beatsPerFrame: number, width: number) => ({ name: 'p', width, beatsPerFrame });
    const inputs = [
      { port: port(1, 8), beats: Uint8Array.of(1, 2) },
      { port: port(2, 8), beats: Uint8Array.of(3, 4, 5, 6) },
    ];
    const file = interleave(inputs, 2);
    expect([...file]).toEqual([1, 3, 4, 2, 5, 6]);
    const parts = separate(
      file,
      inputs.map((i) => i.port),
      2,
    );
    expect(parts?.map((p) => [...p])).toEqual([
      [1, 2],
      [3, 4, 5, 6],
    ]);
    expect(
      separate(
        file.subarray(1),
        inputs.map((i) => i.port),
        2,
      ),
    ).toBeUndefined();
  });
});
