/** An ONNX model with a mixture of experts, from file to proof: its weights lie in a memory image beside the RTL. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeInto } from '../../src/emit/fileset.ts';
import { build } from '../../src/flow/build.ts';
import { loadBuild } from '../../src/flow/load-build.ts';
import { verify } from '../../src/flow/verify.ts';
import { iverilog, vvp } from '../../src/tools/icarus.ts';
import { onnxModel } from '../fuzz/onnx.ts';
import { ints, node, quant, reals, scalar } from '../import/transformer.ts';
import { hasIcarus } from '../tools.ts';

const [N, D, E, H] = [5, 6, 4, 8];
const weight = (shape: readonly number[], seed: number) =>
  reals(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((((i + seed) * 73) % 31) - 15) / 16),
  );

/** Router, experts as batched products, gates that are zero but for the two best. */
const MODEL = onnxModel({
  inputs: [{ name: 'x', shape: [1, N, D] }],
  outputs: ['y'],
  opset: 20,
  nodes: [
    quant('x', 'q', 'in'),
    node('MatMul', ['q', 'gate'], 'lw'),
    quant('lw', 'logits'),
    node('Softmax', ['logits'], 'odds', { axis: -1 }),
    node('TopK', ['odds', 'k'], ['best', 'at'], { axis: -1 }),
    node('ScatterElements', ['zeros', 'at', 'best'], 'placed', { axis: -1 }),
    node('Quant', ['placed', 'fine', 'zero', 'eight'], 'g8', { signed: 0 }),
    node('Transpose', ['g8'], 'gt', { perm: [2, 1, 0] }),
    node('MatMul', ['q', 'up'], 'h1'),
    quant('h1', 'h2'),
    node('Gelu', ['h2'], 'h3'),
    quant('h3', 'h4'),
    node('MatMul', ['h4', 'down'], 'o1'),
    node('Mul', ['o1', 'gt'], 'w'),
    node('ReduceSum', ['w', 'zeroth'], 's', { keepdims: 1 }),
    quant('s', 'y'),
  ],
  consts: {
    in: scalar(1 / 16),
    unit: scalar(1 / 32),
    zero: scalar(0),
    eight: scalar(8),
    fine: scalar(1 / 128),
    gate: weight([D, E], 3),
    up: weight([E, D, H], 5),
    down: weight([E, H, D], 7),
    k: ints(2),
    zeroth: ints(0),
    zeros: reals([1, N, E], new Array<number>(N * E).fill(0)),
  },
});

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-mixture-'));
  await writeInto(dir, build({ bytes: MODEL, file: 'mixture.onnx', name: 'mixture', config: {} }).files);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const EXECUTORS = ['reference', 'csim', 'wasm'] as const;
const OPTIONS = { executors: EXECUTORS, samples: 4, seed: 3 };

it.each([
  [0, { latency: 32, bandwidth: 1 }],
  [0, { latency: 1, bandwidth: 0.3 }],
  [0.3, { latency: 70, bandwidth: 0.6 }],
])('is verified with stalls %s and memory %j', async (stall, memory) => {
  const result = await verify(await loadBuild(dir), { ...OPTIONS, stall, memory });
  for (const name of EXECUTORS) expect(result.executors[name]).toMatchObject({ status: 'equal', notes: [] });
  expect(result.executors['wasm']?.reads?.[0]?.beats).toBeGreaterThan(0);
});

it('tells a changed image', async () => {
  const file = join(dir, 'rtl', 'memory.bin');
  const image = await readFile(file);
  try {
    await writeFile(
      file,
      image.map((b) => b ^ 1),
    );
    const result = await verify(await loadBuild(dir), { ...OPTIONS, executors: ['wasm'], stall: 0 });
    expect(result.executors['wasm']?.status).toBe('different');
  } finally {
    await writeFile(file, image);
  }
});

it.skipIf(!hasIcarus)('has a Verilog test bench that serves the image', async () => {
  const rtl = join(dir, 'rtl');
  await iverilog(
    ['-g2005', '-s', 'mixture_tb', '-o', '../sim/tb.vvp', '-f', 'sources.f', '-f', '../sim/sources.f'],
    rtl,
  );
  for (const plus of [[], ['+stall=30', '+latency=90', '+bandwidth=50']]) {
    expect((await vvp(['-n', '../sim/tb.vvp', ...plus], rtl)).stdout).toMatch(/^PASS/m);
  }
});
