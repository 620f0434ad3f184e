import { expect, it } from 'vitest';
import { emitVerilog } from '../../../src/emit/verilog/emit.ts';
import { dense, integerInput, integerOutput, matrix, requantise, vector } from '../../../src/ir/build-ops.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { interpreter } from '../../../src/ir/interpret.ts';
import type { OpContext } from '../../../src/ir/op.ts';
import { axisPorts } from '../../../src/kernels/axis.ts';
import { contextOf } from '../../../src/kernels/context.ts';
import { lookupFor } from '../../../src/kernels/lookup.ts';
import { pipelineOf, type UnrolledAttrs } from '../../../src/kernels/unrolled/kernel.ts';
import { chainBits } from '../../../src/kernels/unrolled/load.ts';
import { elemRange, uint } from '../../../src/num/elem.ts';
import { runPasses, UNROLLED } from '../../../src/passes/index.ts';
import { packBeats, unpackBeats } from '../../../src/sim/vectors.ts';
import { compileNetlist } from '../../../src/sim/wasm/compile.ts';
import { compileModule } from '../../../src/sim/wasm/engine.ts';
import { instantiate, type Simulator } from '../../../src/sim/wasm/instance.ts';
import { elaborate } from '../../../src/tools/yosys.ts';
import { type Rng, rng } from '../../conformance/case.ts';

function network(): Graph {
  const b = new GraphBuilder('loaded');
  const x = integerInput(b, 'x', [3], uint(3));
  const h = dense(
    b,
    'fc0',
    x,
    matrix([
      [1, -2, 3],
      [-3, 2, 0],
      [2, 1, -1],
    ]),
  );
  const q = requantise(
    b,
    'act0',
    h,
    { mul: vector([1]), add: vector([5, -3, 9]) },
    { shift: 1, ties: 'even', lo: 0, hi: 7 },
  );
  integerOutput(
    b,
    'y',
    dense(
      b,
      'fc1',
      q,
      matrix([
        [1, -2, 3],
        [-1, 1, 2],
      ]),
    ),
  );
  return b.finish();
}

/** A set of the constants that are loaded, over the whole range of their types. */
function randomSet(model: Graph, names: readonly string[], r: Rng): Map<string, Int32Array> {
  return new Map(
    names.map((name) => {
      const c = model.consts[name];
      const { lo, hi } = elemRange(c?.elem ?? uint(1));
      return [name, Int32Array.from(c?.data ?? [], () => r.int(lo, hi))] as const;
    }),
  );
}

/** What the model makes of a frame with other constants. */
function answer(model: Graph, set: ReadonlyMap<string, Int32Array>, x: Int32Array): number[] {
  const consts = { ...model.consts };
  for (const [name, data] of set) consts[name] = { ...(consts[name] as Graph['consts'][string]), data };
  const run = interpreter({ ...model, consts }, lookupFor('tensor'));
  return [...(run(new Map([['x', { shape: [3], data: x }]])).get('y')?.data ?? [])];
}

async function simulator(graph: Graph): Promise<Simulator> {
  const { inputs, outputs } = axisPorts(graph);
  const shapes = {
    inputs: inputs.map(({ name, width }) => ({ name, width })),
    outputs: outputs.map(({ name, width }) => ({ name, width })),
  };
  const { wasm, layout } = compileNetlist(await elaborate(emitVerilog(graph), 'loaded'), shapes);
  return instantiate(await compileModule(wasm), layout);
}

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes.slice().reverse()).toString('hex')}`);

/** Frames and loads at the same time, both with pauses; every frame against the set that was there when it came in. */
function trial(model: Graph, graph: Graph, s: Simulator, cycles: number, r: Rng): { frames: number; sets: number } {
  const node = graph.nodes[0] as Graph['nodes'][number];
  const pipeline = pipelineOf(contextOf(graph, node) as unknown as OpContext<UnrolledAttrs>);
  const names = node.attrs['chain'] as readonly string[];
  const [input, output] = [axisPorts(graph).inputs[0], axisPorts(graph).outputs[0]];
  if (!input || !output) throw new Error('no ports');
  const type = (value: string) => graph.values[value] as Graph['values'][string];
  let current: ReadonlyMap<string, Int32Array> = new Map(
    names.map((n) => [n, Int32Array.from(model.consts[n]?.data ?? [])]),
  );
  let next = current;
  let loading: { set: ReadonlyMap<string, Int32Array>; bits: Uint8Array; at: number } = {
    set: current,
    bits: new Uint8Array(0),
    at: 0,
  };
  let pending = false;
  let frame: Int32Array | undefined;
  const expected: number[][] = [];
  let [frames, sets] = [0, 0];
  s.set('aresetn', 0n);
  for (let i = 0; i < 3; i++) s.step();
  s.set('aresetn', 1n);
  for (let t = 0; t < cycles; t++) {
    if (!frame && r.chance(0.8)) frame = Int32Array.from({ length: 3 }, () => r.int(0, 7));
    s.set('s_axis_tvalid', frame ? 1n : 0n);
    if (frame) s.set('s_axis_tdata', toNumber(packBeats(frame, type(input.value), input.width)));
    const ready = r.chance(0.8);
    s.set('m_axis_tready', ready ? 1n : 0n);
    const left = loading.bits.length - loading.at;
    const shift = left > 0 && r.chance(0.9);
    const commit = left === 0 && loading.bits.length > 0;
    s.set('cfg_shift', shift ? 1n : 0n);
    s.set('cfg_data', BigInt(loading.bits[loading.at] ?? 0));
    s.set('cfg_commit', commit ? 1n : 0n);
    s.step();
    const busy = s.get('cfg_busy') === 1n;
    const moves = s.get('s_axis_tready') === 1n;
    if (frame && moves) {
      expected.push(answer(model, current, frame));
      frame = undefined;
    }
    if (ready && s.get('m_axis_tvalid') === 1n) {
      const bytes = Uint8Array.from({ length: output.width / 8 }, (_, i) =>
        Number((s.get('m_axis_tdata') >> BigInt(8 * i)) & 255n),
      );
      expect([...unpackBeats(bytes, type(output.value), output.width)], `cycle ${t}`).toEqual(expected.shift());
      frames++;
    }
    if (pending && moves) [current, pending] = [next, false];
    if (shift && !busy) loading.at++;
    if (commit && !busy) {
      [next, pending] = [loading.set, true];
      loading = { set: current, bits: new Uint8Array(0), at: 0 };
      sets++;
    } else if (loading.bits.length === 0 && !busy && r.chance(0.2)) {
      const set = randomSet(model, names, r);
      const values = names.flatMap((n) => [...(set.get(n) ?? [])]);
      loading = { set, bits: chainBits(pipeline, values), at: 0 };
    }
  }
  return { frames, sets };
}

it.each([false, true])(
  'a new set of weights holds from one frame to the next, whatever is being loaded (tmr %s)',
  async (tmr) => {
    const model = network();
    const { graph } = runPasses(model, UNROLLED, { levels: 2, weights: 'runtime', tmr });
    const { frames, sets } = trial(model, graph, await simulator(graph), 4000, rng(5));
    expect(frames).toBeGreaterThan(1500);
    expect(sets).toBeGreaterThan(15);
  },
);
