import { join } from 'node:path';
import { writeInto } from '../src/emit/fileset.ts';
import { build } from '../src/flow/build.ts';
import { loadBuild } from '../src/flow/load-build.ts';
import { chooseTarget, synthesiseBuild } from '../src/flow/synth.ts';
import { nextpnrVersion } from '../src/tools/nextpnr.ts';
import { nativeYosysVersion } from '../src/tools/yosys-script.ts';
import type { Benchmark, Row } from './bench.ts';
import { randomPerceptron } from './perceptron.ts';
import { inScratch } from './scratch.ts';

const LEVELS = [1, 2, 3, 4, 5, 6, 8, 12];

interface Point {
  readonly levels: number;
  readonly stages: number;
  readonly ff: number;
  /** After place and route. */
  readonly ns: number;
}

/** Intercept and slope of the straight line with the least squares of errors. */
function straightLine(points: readonly Point[]): { base: number; slope: number } {
  const mean = (f: (p: Point) => number): number => points.reduce((sum, p) => sum + f(p), 0) / points.length;
  const [x, y] = [mean((p) => p.levels), mean((p) => p.ns)];
  const slope = mean((p) => (p.levels - x) * (p.ns - y)) / mean((p) => (p.levels - x) ** 2);
  return { base: y - slope * x, slope };
}

async function measure(levels: number, dir: string): Promise<Point | undefined> {
  const { files, summary } = build(randomPerceptron([12, 16, 8], { arch: 'unrolled', levels }));
  const out = join(dir, `levels${levels}`);
  await writeInto(out, files);
  const loaded = await loadBuild(out);
  const yosys = (await nativeYosysVersion()) === undefined ? 'wasm' : 'native';
  const { report } = await synthesiseBuild(loaded, { ...chooseTarget(loaded, 'ice40', undefined), yosys });
  if (!report.fmax) return undefined;
  return { levels, stages: summary.latency, ff: report.total['ff'] ?? 0, ns: 1000 / report.fmax.mhz };
}

/** What a level of logic between registers takes on a real fabric: what `--levels` should be for a clock. */
export const levels: Benchmark = {
  name: 'levels',
  summary:
    'a network of 12-16-8 unrolled, by levels of logic between registers: period on iCE40HX8K after place and route',
  run: async (tell) => {
    if ((await nextpnrVersion()) === undefined)
      throw new Error('there is no nextpnr-ice40: apt-get install nextpnr-ice40');
    return inScratch(async (dir) => {
      const points: Point[] = [];
      const rows: Row[] = [];
      for (const n of LEVELS) {
        const point = await measure(n, dir);
        if (!point) continue;
        const first = points[0] ?? point;
        points.push(point);
        const what = `${n} levels, ${point.stages} stages, ${point.ff} FF`;
        const row = {
          what,
          value: point.ns,
          unit: 'ns',
          against: { what: `${first.levels} level`, ratio: point.ns / first.ns },
        };
        tell([row]);
        rows.push(row);
      }
      const { base, slope } = straightLine(points);
      return [
        ...rows,
        { what: 'a straight line: of each level', value: slope, unit: 'ns' },
        { what: 'and beside them', value: base, unit: 'ns' },
      ];
    });
  },
};
