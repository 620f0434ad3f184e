/** Loads sets of weights into a simulated circuit while frames pass, and holds every frame against the model. */
import { expect } from 'vitest';
import type { Sizes } from '../../../src/emit/parts.ts';
import { emitVerilog } from '../../../src/emit/verilog/emit.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { interpreter } from '../../../src/ir/interpret.ts';
import type { OpContext } from '../../../src/ir/op.ts';
import { axisPorts } from '../../../src/kernels/axis.ts';
import { contextOf } from '../../../src/kernels/context.ts';
import { lookupFor } from '../../../src/kernels/lookup.ts';
import { pipelineOf, type UnrolledAttrs } from '../../../src/kernels/unrolled/kernel.ts';
import { chainBits } from '../../../src/kernels/unrolled/load.ts';
import { elemRange, uint } from '../../../src/num/elem.ts';
import { numel } from '../../../src/num/tensor.ts';
import { packBeats, unpackBeats } from '../../../src/sim/vectors.ts';
import { compileNetlist } from '../../../src/sim/wasm/compile.ts';
import { compileModules } from '../../../src/sim/wasm/engine.ts';
import { instantiate, type Simulator } from '../../../src/sim/wasm/instance.ts';
import { elaborate } from '../../../src/tools/elaborate.ts';
import type { Rng } from '../../conformance/case.ts';

type WeightSet = ReadonlyMap<string, Int32Array>;

/** A set of the constants that are loaded, over the whole range of their types. */
function randomSet(model: Graph, names: readonly string[], r: Rng): WeightSet {
  return new Map(
    names.map((name) => {
      const c = model.consts[name];
      const { lo, hi } = elemRange(c?.elem ?? uint(1));
      return [name, Int32Array.from(c?.data ?? [], () => r.int(lo, hi))] as const;
    }),
  );
}

/** The model with other constants, as a function of a frame. */
function modelOf(model: Graph, set: WeightSet): (x: Int32Array) => number[] {
  const consts = { ...model.consts };
  for (const [name, data] of set) consts[name] = { ...(consts[name] as Graph['consts'][string]), data };
  const run = interpreter({ ...model, consts }, lookupFor('tensor'));
  const [input, output] = [model.inputs[0], model.outputs[0]];
  if (!input || !output) throw new Error('no ports');
  const shape = model.values[input.value]?.shape ?? [];
  return (data) => [...(run(new Map([[input.name, { shape, data }]])).get(output.name)?.data ?? [])];
}

/** The RTL of a whole network in the WASM simulator. `sizes`: of its circuits in parts. */
export async function simulatorOf(graph: Graph, sizes?: Sizes): Promise<Simulator> {
  const { inputs, outputs } = axisPorts(graph);
  const shapes = {
    inputs: inputs.map(({ name, width }) => ({ name, width })),
    outputs: outputs.map(({ name, width }) => ({ name, width })),
  };
  const { wasm, layout } = compileNetlist(await elaborate(emitVerilog(graph, sizes), graph.name), shapes);
  return instantiate(await compileModules(wasm), layout);
}

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes.slice().reverse()).toString('hex')}`);

export interface Loads {
  /** Runs until so many sets hold and a hundred frames more have come in; or for so many cycles. */
  readonly sets?: number;
  readonly cycles: number;
}

/**
 * Frames and loads at the same time, both with pauses; every frame against the set that was there when it came in. The
 * network has one input and one output.
 */
export function loadWhileRunning(
  model: Graph,
  graph: Graph,
  s: Simulator,
  until: Loads,
  r: Rng,
): { frames: number; sets: number; cycles: number } {
  const node = graph.nodes[0] as Graph['nodes'][number];
  const pipeline = pipelineOf(contextOf(graph, node) as unknown as OpContext<UnrolledAttrs>);
  const names = node.attrs['chain'] as readonly string[];
  const [input, output] = [axisPorts(graph).inputs[0], axisPorts(graph).outputs[0]];
  if (!input || !output) throw new Error('no ports');
  const type = (value: string) => graph.values[value] as Graph['values'][string];
  const [lo, hi] = model.inputs[0]?.range ?? [0, 0];
  const size = numel(type(input.value).shape);
  const own: WeightSet = new Map(names.map((n) => [n, Int32Array.from(model.consts[n]?.data ?? [])]));
  const nothing = new Uint8Array(0);
  let current = modelOf(model, own);
  let next = current;
  let loading: { set: WeightSet; bits: Uint8Array; at: number } = { set: own, bits: nothing, at: 0 };
  let pending = false;
  let frame: Int32Array | undefined;
  const expected: number[][] = [];
  let [frames, sets, behind, cycles] = [0, 0, 0, 0];
  s.set('aresetn', 0n);
  for (let i = 0; i < 3; i++) s.step();
  s.set('aresetn', 1n);
  for (; cycles < until.cycles && !(sets === until.sets && behind > 100); cycles++) {
    if (!frame && r.chance(0.8)) frame = Int32Array.from({ length: size }, () => r.int(lo, hi));
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
      expected.push(current(frame));
      frame = undefined;
      behind = sets > 0 && !pending ? behind + 1 : 0;
    }
    if (ready && s.get('m_axis_tvalid') === 1n) {
      const bytes = Uint8Array.from({ length: output.width / 8 }, (_, i) =>
        Number((s.get('m_axis_tdata') >> BigInt(8 * i)) & 255n),
      );
      expect([...unpackBeats(bytes, type(output.value), output.width)], `cycle ${cycles}`).toEqual(expected.shift());
      frames++;
    }
    if (pending && moves) [current, pending] = [next, false];
    if (shift && !busy) loading.at++;
    if (commit && !busy) {
      [next, pending] = [modelOf(model, loading.set), true];
      loading = { set: own, bits: nothing, at: 0 };
      behind = 0;
      sets++;
    } else if (loading.bits.length === 0 && !busy && sets !== until.sets && r.chance(0.2)) {
      const set = randomSet(model, names, r);
      const values = names.flatMap((n) => [...(set.get(n) ?? [])]);
      loading = { set, bits: chainBits(pipeline, values), at: 0 };
    }
  }
  return { frames, sets, cycles };
}
