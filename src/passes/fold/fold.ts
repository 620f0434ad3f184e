import { DiagnosticError, fail } from '../../diag/diagnostic.ts';
import { doesNotFit, fitWithoutBudget, fpsWithoutClock, targetMissed } from '../../diag/messages-build.ts';
import type { Graph } from '../../ir/graph.ts';
import { kernelOf } from '../../kernels/context.ts';
import { type Device, deviceOf } from '../../kernels/devices.ts';
import type { Cost } from '../../kernels/kernel.ts';
import { numel } from '../../num/tensor.ts';
import { type BuildConfig, DEFAULT_CLOCK_MHZ } from '../config.ts';
import { applyFoldingFile } from '../folding-file.ts';
import { withLanes } from '../lanes.ts';
import { definePass, type PassContext } from '../pass.ts';
import { alignDepthwise } from './align.ts';
import { busyOf } from './busy.ts';
import { type Budget, type Design, design, fastest, intervals, RESOURCES, type Weights } from './solve.ts';
import { type Space, spaceOf } from './space.ts';

/** Parallelism that a build without a target asks of its slowest kernel. */
const DEFAULT_PARALLEL = 64;

/** What resources are weighed by where no device says: the proportions of a middle-sized UltraScale+ part. */
const TYPICAL = 'xczu7ev-ffvc1156-2-e';

/** The share of a device's LUTs and flip-flops that a design may take: beyond, routers fail. */
const USABLE = 0.8;

interface Target {
  /** Cycles between frames; undefined = as few as fit. */
  readonly ii: number | undefined;
  readonly why: string;
}

/** The initiation interval to fold for, and where it came from. */
function targetOf(graph: Graph, config: BuildConfig): Target {
  if (config.fit) return { ii: undefined, why: 'as fast as fits' };
  if (config.targetIi) return { ii: config.targetIi, why: 'asked for' };
  if (config.targetFps) {
    const clock = config.clockMhz ?? DEFAULT_CLOCK_MHZ;
    if (!(clock > 0)) throw new DiagnosticError([fpsWithoutClock()]);
    const ii = Math.max(1, Math.floor((clock * 1e6) / config.targetFps));
    return { ii, why: `${config.targetFps} frames/s at ${clock} MHz` };
  }
  if (config.arch === 'pixelwise') return { ii: undefined, why: 'a pixel per cycle, as fast as all of it goes' };
  const inputs = graph.inputs.map((p) => numel(graph.values[p.value]?.shape ?? []));
  const slowest = Math.max(1, ...graph.nodes.map((n) => busyOf(graph, n)));
  const why = `default: the slowest kernel ${DEFAULT_PARALLEL} times faster, at most one input element per cycle`;
  return { ii: Math.max(Math.ceil(slowest / DEFAULT_PARALLEL), ...inputs), why };
}

/** The most of each resource: what is asked for, else what a device of known size lets one use. */
function budgetOf(config: BuildConfig, device: Device | undefined): Budget | undefined {
  const most: Budget | undefined = device && {
    lut: Math.floor(USABLE * device.lut),
    ff: Math.floor(USABLE * device.ff),
    dsp: device.dsp,
    bram: device.bram,
  };
  return config.budget ? { ...most, ...config.budget } : most;
}

const weightsOf = (device: Device): Weights => {
  const of = (n: number): number => (n > 0 ? 1 / n : 0);
  return { lut: of(device.lut), ff: of(device.ff), dsp: of(device.dsp), bram: of(device.bram) };
};

const NAMES: { readonly [r in keyof Cost]: string } = { lut: 'LUT', ff: 'FF', dsp: 'DSP', bram: 'BRAM' };

/** What is short, and by how much. */
const shortage = (over: Cost, budget: Budget): string[] =>
  RESOURCES.filter((r) => over[r] > 0).map(
    (r) => `${Math.ceil(over[r])} ${NAMES[r]} more than the ${budget[r]} there are`,
  );

type Found = Extract<Design, { status: 'found' }>;

/** The cheapest design for a target, or a diagnostic with what is short and what would fit. */
function choose(
  space: Space,
  target: Target,
  budget: Budget | undefined,
  weights: Weights,
  ctx: PassContext,
): { found: Found; ii: number; proven: boolean } {
  const { config } = ctx;
  const limits = budget ?? {};
  const where = config.device ?? space.graph.name;
  const [least = 1] = intervals(space);
  const quickest = (): { ii: number; proven: boolean } | undefined => fastest(space, { budget: limits, weights });
  const asked = config.targetIi !== undefined || config.targetFps !== undefined;
  let wanted = target.ii === undefined ? quickest() : { ii: Math.max(target.ii, least), proven: true };
  if (target.ii !== undefined && target.ii < least && asked) warnMissed(space, target.ii, least, ctx);
  let found = wanted && design(space, { ii: wanted.ii, budget: limits, weights });
  if (found?.status === 'none' && !asked) {
    // Nobody asked for this interval: a slower one that fits is better than none.
    wanted = quickest();
    found = wanted && design(space, { ii: wanted.ii, budget: limits, weights });
  }
  if (wanted && found?.status === 'found') return { found, ii: wanted.ii, proven: wanted.proven };
  const slowest = intervals(space).at(-1) ?? 1;
  const none = found?.status === 'none' ? found : design(space, { ii: slowest, budget: limits, weights });
  const nearest = asked ? quickest() : undefined;
  return fail(
    doesNotFit(
      where,
      `an interval of ${wanted?.ii ?? slowest} cycles`,
      none.status === 'none' ? shortage(none.over, limits) : [],
      nearest
        ? `the nearest that fits has an interval of ${nearest.ii} cycles: ask for that, or for a larger part`
        : 'take a larger part, or fewer bits',
    ),
  );
}

function warnMissed({ graph, options }: Space, target: number, least: number, ctx: PassContext): void {
  const node = graph.nodes.find((_, i) => Math.min(...(options[i] ?? []).map((o) => o.busy)) === least);
  if (node)
    ctx.warn({ ...targetMissed(node.name, target, least), ...(node.origin[0] ? { origin: node.origin[0] } : {}) });
}

function run(graph: Graph, ctx: PassContext): Graph {
  const { config } = ctx;
  if (config.folding) return withLanes(alignDepthwise(applyFoldingFile(graph, config.folding)));
  const device = deviceOf(config.device ?? '');
  const budget = budgetOf(config, device);
  if (config.fit && !budget) throw new DiagnosticError([fitWithoutBudget()]);
  const typical = device ?? (deviceOf(TYPICAL) as Device);
  const space = spaceOf(graph, typical.fabric);
  const target = targetOf(graph, config);
  const { found, ii, proven } = choose(space, target, budget, weightsOf(typical), ctx);
  const nodes = graph.nodes.map((n, i) => ({ ...n, attrs: found.attrs[i] ?? n.attrs }));
  ctx.decide(graph.name, `interval ${ii}`, optimality(found, proven, config.fit === true));
  for (const [i, n] of nodes.entries()) {
    const knobs = kernelOf(n).folding?.knobs ?? [];
    if (knobs.length === 0) continue;
    const variants = Object.keys(kernelOf(n).variants ? { mult: n.attrs['mult'] } : {}).map(
      (k) => `${k}=${n.attrs[k]}`,
    );
    ctx.decide(
      n.name,
      [...knobs.map((k) => `${k}=${n.attrs[k]}`), ...variants].join(' '),
      `${found.busy[i]} cycles, target ${target.ii ?? ii} (${target.why})`,
    );
  }
  return withLanes({ ...graph, nodes });
}

/** What is known about there being anything better, by the cost models and with least FIFOs. */
function optimality(found: Found, proven: boolean, fit: boolean): string {
  const gap = found.weight > 0 ? (100 * (found.weight - found.bound)) / found.weight : 0;
  const cheapest =
    gap < 1e-6 ? 'no design at this interval costs less: proven' : `at most ${gap.toFixed(2)} % above the least cost`;
  return fit
    ? `${cheapest}; ${proven ? 'none that fits is faster: proven' : 'none that fits and is faster was found'}`
    : cheapest;
}

export const fold = definePass({
  name: 'fold',
  summary:
    'Chooses PE, SIMD and multipliers of every kernel: the least cost at the target interval, or a folding file.',
  level: 'kernel',
  open: true,
  run,
});
