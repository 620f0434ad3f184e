import { type Diagnostic, fail } from '../diag/diagnostic.ts';
import { noActivity, noDevice, noPlacement, noRouter } from '../diag/messages-synth.ts';
import { instanceNames, moduleName } from '../emit/verilog/names.ts';
import type { Graph } from '../ir/graph.ts';
import { axisPorts } from '../kernels/axis.ts';
import { DEVICES, type Device, deviceOf } from '../kernels/devices.ts';
import { framesOf, type NamedArray } from '../run/frames.ts';
import { type Energy, energyOf } from '../synth/energy.ts';
import { fmaxIce40 } from '../synth/fmax.ts';
import { harness, type Pin } from '../synth/harness.ts';
import type { Library } from '../synth/liberty.ts';
import { addCells } from '../synth/netlist.ts';
import { CELL_SIZES, type Cells, resourcesOf } from '../synth/resources.ts';
import { synthesise } from '../synth/synthesise.ts';
import type { FpgaTarget } from '../synth/targets.ts';
import { type YosysKind, yosysVersionOf } from '../tools/yosys-script.ts';
import { activityOn, circuitOf } from './energy.ts';
import { randomFrames } from './frames.ts';
import type { LoadedBuild } from './load-build.ts';

/** A Liberty library as read, and the text that Yosys gets. */
export interface LibraryFile {
  readonly file: string;
  readonly text: string;
  readonly library: Library;
}

export interface SynthOptions {
  readonly target: FpgaTarget | LibraryFile;
  readonly device?: Device;
  readonly yosys: YosysKind;
  /** Real inputs, or codes, that the energy is estimated on; without them, random frames over the whole input range. */
  readonly inputs?: ReadonlyMap<string, NamedArray>;
}

/** LUT, FF, DSP and BRAM of an FPGA; cells, area and gate equivalents of a library. */
export type Figures = { readonly [figure: string]: number };

export interface SynthKernel {
  readonly name: string;
  readonly kernel: string;
  readonly figures: Figures;
}

/** What of its activity the estimate of a design's energy needs. */
interface Movement {
  /** The mean share of bits that change from one beat to the next. */
  readonly rate: number;
  readonly frames: number;
  /** Of each frame. */
  readonly beats: number;
}

export interface SynthReport {
  readonly name: string;
  readonly target: string;
  readonly yosys: { readonly kind: YosysKind; readonly version: string };
  /** The instances of kernels keep their boundaries: each is counted by itself, and their sum is the whole. */
  readonly boundaries: 'kept';
  readonly total: Figures;
  readonly kernels: readonly SynthKernel[];
  /** What lies between the kernels: resets and the ends of the streams. */
  readonly interface: Figures;
  readonly device?: { readonly part: string; readonly used: Figures };
  readonly fmax?: { readonly mhz: number; readonly part: string };
  /** Longest path between registers or ports in a library that has delays, in picoseconds: cells alone, no wires. */
  readonly path?: number;
  /** Of an unrolled design in a library that says what its cells' inputs load: an estimate for one cycle, in joules. */
  readonly energy?: Energy & Movement;
  readonly cells: Cells;
}

export interface SynthResult {
  readonly report: SynthReport;
  readonly warnings: readonly Diagnostic[];
}

/** The fabric to map to where nobody says: that of the part which the build was made for. */
const DEFAULT_TARGET: FpgaTarget = 'xcup';

/** The part that clock frequencies are estimated on where none is asked for. */
const ICE40_PART = 'iCE40HX8K-CT256';

/** The target and part of a run, from what was asked for and what the build was made for. */
export function chooseTarget(
  build: Pick<LoadedBuild, 'device'>,
  target: FpgaTarget | undefined,
  part: string | undefined,
): { readonly target: FpgaTarget; readonly device?: Device } {
  const asked = part === undefined ? undefined : (deviceOf(part) ?? fail(noDevice(target ?? 'any', part)));
  if (asked)
    return target === undefined || target === asked.fabric
      ? { target: asked.fabric, device: asked }
      : fail(noDevice(target, asked.part));
  const built = build.device === undefined ? undefined : deviceOf(build.device);
  const chosen = target ?? built?.fabric ?? DEFAULT_TARGET;
  if (built?.fabric === chosen) return { target: chosen, device: built };
  const ice40 = chosen === 'ice40' ? DEVICES.find((d) => d.part === ICE40_PART) : undefined;
  return ice40 ? { target: chosen, device: ice40 } : { target: chosen };
}

/** Synthesises the Verilog of a build as it lies on disk. */
export async function synthesiseBuild(
  build: LoadedBuild,
  { target, device, yosys, inputs }: SynthOptions,
): Promise<SynthResult> {
  const { graph } = build.hardware;
  if (inputs && (typeof target === 'string' || !circuitOf(graph))) fail(noActivity());
  // Before synthesis: it takes minutes, and inputs that do not fit are found here.
  const moved = typeof target === 'string' ? undefined : movement(build, inputs);
  const top = moduleName(graph.name);
  const fpga = typeof target === 'string' ? target : undefined;
  const routed = fpga === 'ice40' && device;
  const { design, netlist, path } = await synthesise({
    top,
    files: build.rtl,
    target: typeof target === 'string' ? target : { liberty: target.text },
    yosys,
    multipliers: device ? device.dsp > 0 : true,
    ...(routed ? { frame: harness(top, pinsOf(graph)) } : {}),
  });
  const figures = (cells: Cells): Figures =>
    typeof target === 'string' ? { ...resourcesOf(cells, CELL_SIZES[target]) } : areaOf(cells, target.library);
  const nodeOf = new Map(instanceNames(graph).map((name, i) => [name, graph.nodes[i]]));
  const kernels = design.instances.flatMap(({ name, cells }): SynthKernel[] => {
    const node = nodeOf.get(name);
    return node ? [{ name: node.name, kernel: node.op, figures: figures(cells) }] : [];
  });
  const order = new Map(graph.nodes.map((n, i) => [n.name, i]));
  const between = design.instances.filter((i) => !nodeOf.has(i.name)).map((i) => i.cells);
  const cells = addCells([design.glue, ...design.instances.map((i) => i.cells)]);
  const total = figures(cells);
  const fmax = routed && netlist !== undefined ? await fmaxIce40(netlist, device.part) : undefined;
  const report: SynthReport = {
    name: graph.name,
    target: typeof target === 'string' ? target : target.library.name,
    yosys: { kind: yosys, version: await yosysVersionOf(yosys) },
    boundaries: 'kept',
    total,
    kernels: kernels.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0)),
    interface: figures(addCells([design.glue, ...between])),
    ...(device ? { device: { part: device.part, used: shares(total, device) } } : {}),
    ...(fmax && 'mhz' in fmax && device ? { fmax: { mhz: fmax.mhz, part: device.part } } : {}),
    ...(path === undefined ? {} : { path }),
    ...(typeof target === 'string' ? {} : estimated(cells, target.library, moved)),
    cells,
  };
  const warnings =
    fmax && device
      ? 'missing' in fmax
        ? [noRouter()]
        : 'why' in fmax
          ? [noPlacement(device.part, fmax.why)]
          : []
      : [];
  return { report, warnings };
}

/** Frames that the activity is counted on where no inputs are given. */
const RANDOM_FRAMES = 256;
const SEED = 1;

/** How a design that is one circuit moves on its inputs; nothing of any other. */
function movement(build: LoadedBuild, inputs: SynthOptions['inputs']): Movement | undefined {
  const { graph } = build.hardware;
  const circuit = circuitOf(graph);
  if (!circuit) return undefined;
  const frames = inputs ? framesOf({ ...build.model, graph }, inputs) : randomFrames(graph, RANDOM_FRAMES, SEED);
  const { rate } = activityOn(graph, circuit, frames);
  return { rate, frames: frames.length, beats: Number(circuit.attrs['beats']) };
}

function estimated(cells: Cells, library: Library, moved: Movement | undefined): Pick<SynthReport, 'energy'> {
  const energy = moved && energyOf(cells, library, moved.rate);
  return energy ? { energy: { ...energy, frames: moved.frames, beats: moved.beats } } : {};
}

function areaOf(cells: Cells, { areas, gate }: Library): Figures {
  const entries = Object.entries(cells);
  const area = entries.reduce((sum, [type, n]) => sum + n * (areas.get(type) ?? 0), 0);
  return {
    cells: entries.reduce((sum, [, n]) => sum + n, 0),
    area: Math.round(100 * area) / 100,
    ...(gate === undefined ? {} : { gates: Math.round(area / gate) }),
  };
}

/** Shares of a device, where it has any of a resource. */
const shares = (total: Figures, device: Device): Figures =>
  Object.fromEntries(
    (['lut', 'ff', 'dsp', 'bram'] as const).flatMap((r) =>
      device[r] > 0 ? [[r, Math.round((1000 * (total[r] ?? 0)) / device[r]) / 1000]] : [],
    ),
  );

/** The AXI4-Stream signals of the top module, without clock and reset. */
function pinsOf(graph: Graph): Pin[] {
  const { inputs, outputs } = axisPorts(graph);
  const port = (name: string, width: number, slave: boolean): Pin[] => [
    { name: `${name}_tdata`, width, input: slave },
    { name: `${name}_tvalid`, width: 1, input: slave },
    { name: `${name}_tlast`, width: 1, input: slave },
    { name: `${name}_tready`, width: 1, input: !slave },
  ];
  return [
    ...inputs.flatMap((p) => port(p.name, p.width, true)),
    ...outputs.flatMap((p) => port(p.name, p.width, false)),
  ];
}
