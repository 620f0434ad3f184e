import type { CycleFigures } from '../analysis/cycle/figures.ts';
import type { Model } from '../ir/model.ts';
import { imageBytes } from '../kernels/axi.ts';
import { contextOf, kernelOf } from '../kernels/context.ts';
import { deviceOf } from '../kernels/devices.ts';
import { DEFAULT_MEMORY } from '../kernels/memory-agent.ts';
import { elemName } from '../num/elem.ts';
import { percent, ruled } from '../num/text-table.ts';
import { type BuildConfig, DEFAULT_CLOCK_MHZ } from '../passes/config.ts';
import type { Compiled } from '../passes/index.ts';
import type { Decision } from '../passes/pass.ts';

export interface KernelLine {
  readonly name: string;
  readonly kernel: string;
  readonly folding: { readonly [knob: string]: number };
  readonly cycles: number;
  readonly input: string;
  readonly output: string;
  readonly cost: { readonly lut: number; readonly ff: number; readonly dsp: number; readonly bram: number };
}

/** What a build tells about itself: everything a reader asks first. */
export interface Summary {
  readonly name: string;
  readonly clockMhz: number;
  readonly latency: number;
  readonly ii: number | null;
  readonly framesPerSecond: number | null;
  readonly weights: number;
  /** Bytes of external memory, and the run that latency and interval are of, where a schedule depends on data. */
  readonly memory?: { readonly bytes: number; readonly nominal: string };
  readonly kernels: readonly KernelLine[];
  readonly cost: KernelLine['cost'];
  /** The part that was asked for; `used` is the share of it that the estimate takes, where its size is known. */
  readonly device?: { readonly part: string; readonly used?: KernelLine['cost'] };
  /** Real arithmetic that stays on the host. */
  readonly host: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly decisions: readonly Decision[];
}

/** The constants that are weights, by role. */
const WEIGHT_ROLES = ['weight', 'up', 'down'];

const LAYOUT = new Set(['Identity', 'Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze']);

export function summarise(model: Model, compiled: Compiled, cycles: CycleFigures, config: BuildConfig): Summary {
  const { graph } = compiled;
  const fabric = deviceOf(config.device ?? '')?.fabric;
  const clockMhz = config.clockMhz ?? DEFAULT_CLOCK_MHZ;
  const kernels = graph.nodes.map((node): KernelLine => {
    const def = kernelOf(node);
    const ctx = contextOf(graph, node);
    const cost = def.cost(ctx, fabric);
    const knobs = def.folding?.knobs ?? [];
    const type = (v: string | undefined): string => {
      const t = graph.values[v ?? ''];
      return t ? `${elemName(t.elem)}[${t.shape}] x${t.lanes ?? 1}` : '';
    };
    return {
      name: node.name,
      kernel: node.op,
      folding: Object.fromEntries(knobs.map((k) => [k, Number(node.attrs[k])])),
      cycles: def.busy(ctx),
      input: type(node.inputs[0]),
      output: type(node.outputs[0]),
      cost: {
        lut: Math.round(cost.lut),
        ff: Math.round(cost.ff),
        dsp: Math.round(cost.dsp),
        bram: Math.ceil(cost.bram),
      },
    };
  });
  const sum = (f: (k: KernelLine) => number): number => kernels.reduce((n, k) => n + f(k), 0);
  const weights = model.graph.nodes
    .flatMap((n) => WEIGHT_ROLES.map((role) => n.consts[role]))
    .reduce((n, c) => n + (model.graph.consts[c ?? '']?.data.length ?? 0), 0);
  const cost = {
    lut: sum((k) => k.cost.lut),
    ff: sum((k) => k.cost.ff),
    dsp: sum((k) => k.cost.dsp),
    bram: sum((k) => k.cost.bram),
  };
  return {
    name: graph.name,
    clockMhz,
    latency: cycles.latency,
    ii: cycles.ii,
    framesPerSecond: cycles.ii === null ? null : (clockMhz * 1e6) / cycles.ii,
    weights,
    ...memoryOf(graph),
    kernels,
    cost,
    ...(config.device === undefined ? {} : { device: deviceUse(config.device, cost) }),
    host: {
      before: [
        ...hostOps(model.pre.nodes),
        ...(model.graph.inputs.some((p) => p.steps.length > 0) ? ['quantise inputs'] : []),
      ],
      after: [
        ...(model.graph.outputs.some((p) => p.steps.length > 0) ? ['scale outputs'] : []),
        ...hostOps(model.post.nodes),
      ],
    },
    decisions: compiled.decisions,
  };
}

function memoryOf(graph: Compiled['graph']): Pick<Summary, 'memory'> {
  const bytes = imageBytes(graph);
  const { latency, bandwidth } = DEFAULT_MEMORY;
  const nominal = `routes spread evenly, ${latency} cycles to the first beat, ${bandwidth} beat per cycle`;
  return bytes === 0 ? {} : { memory: { bytes, nominal } };
}

const share = (used: number, all: number): number => Math.round((1000 * used) / all) / 1000;

function deviceUse(part: string, cost: KernelLine['cost']): NonNullable<Summary['device']> {
  const d = deviceOf(part);
  if (!d) return { part };
  return {
    part,
    used: {
      lut: share(cost.lut, d.lut),
      ff: share(cost.ff, d.ff),
      dsp: share(cost.dsp, d.dsp),
      bram: share(cost.bram, d.bram),
    },
  };
}

const hostOps = (nodes: Model['pre']['nodes']): string[] => nodes.map((n) => n.op).filter((op) => !LAYOUT.has(op));

function deviceLine(device: Summary['device']): string[] {
  if (!device) return [];
  const u = device.used;
  if (!u) return [`on ${device.part}: of unknown size (\`sluice list devices\` names those that are known)`];
  const rows = [
    `${percent(u.lut)} of LUT`,
    `${percent(u.ff)} of FF`,
    `${percent(u.dsp)} of DSP`,
    `${percent(u.bram)} of BRAM`,
  ];
  return [`on ${device.part}: ${rows.join(', ')}`];
}

/** The summary for people: a table of kernels and the figures below it. */
export function summaryText(s: Summary): string {
  const rows = s.kernels
    .filter((k) => k.kernel !== 'fifo')
    .map((k) => [
      k.name,
      k.kernel,
      Object.entries(k.folding)
        .map(([n, v]) => `${n}=${v}`)
        .join(' '),
      `${k.cycles}`,
      k.output,
      `${k.cost.lut}`,
      `${k.cost.dsp}`,
      `${k.cost.bram}`,
    ]);
  const head = ['node', 'kernel', 'folding', 'cycles', 'output', 'LUT', 'DSP', 'BRAM'];
  const rate =
    s.framesPerSecond === null
      ? ''
      : `, ${Math.round(s.framesPerSecond).toLocaleString('en-US')} frames/s at ${s.clockMhz} MHz`;
  const host = (what: string, ops: readonly string[]): string[] =>
    ops.length > 0 ? [`on the host ${what}: ${ops.join(', ')}`] : [];
  return [
    ...ruled(head, rows),
    '',
    `${s.name}: ${s.weights.toLocaleString('en-US')} weights; latency ${s.latency} cycles, initiation interval ${s.ii} cycles${rate}`,
    `estimated: ${s.cost.lut} LUT, ${s.cost.ff} FF, ${s.cost.dsp} DSP, ${s.cost.bram} BRAM18 (with FIFOs)`,
    ...(s.memory
      ? [`external memory: ${s.memory.bytes.toLocaleString('en-US')} bytes; cycles with ${s.memory.nominal}`]
      : []),
    ...deviceLine(s.device),
    ...host('before', s.host.before),
    ...host('after', s.host.after),
    '',
  ].join('\n');
}
