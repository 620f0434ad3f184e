import { moduleName } from '../emit/verilog/names.ts';
import { rtlJob } from '../sim/vectors.ts';
import type { UpsetPlan, UpsetResult } from '../sim/wasm/upsets.ts';
import { concatenated, randomFrames } from './frames.ts';
import type { LoadedBuild } from './load-build.ts';

/** Random frames that stream through the design while it is upset. */
const FRAMES = 64;

/** Inverts flip-flops of a build's RTL one at a time, in the embedded simulator, with stalls on both ends. */
export async function upset(build: LoadedBuild, plan: UpsetPlan, stall: number): Promise<UpsetResult> {
  const { upsetCampaign } = await import('../sim/wasm/index.ts');
  const graph = build.hardware.graph;
  const frames = randomFrames(graph, FRAMES, plan.seed);
  const inputs = graph.inputs.map((p) => concatenated(frames, p.name));
  const settings = { stall: { probability: stall, seed: plan.seed } };
  return upsetCampaign(rtlJob(graph, moduleName(graph.name), build.rtl, inputs, settings), plan);
}
