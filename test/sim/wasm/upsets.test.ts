import { expect, it } from 'vitest';
import type { Sizes } from '../../../src/emit/parts.ts';
import { emitVerilog } from '../../../src/emit/verilog/emit.ts';
import { concatenated, randomFrames } from '../../../src/flow/frames.ts';
import { dense, integerInput, integerOutput, matrix, thresholds } from '../../../src/ir/build-ops.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { uint } from '../../../src/num/elem.ts';
import { runPasses, UNROLLED } from '../../../src/passes/index.ts';
import { rtlJob } from '../../../src/sim/vectors.ts';
import { upsetCampaign } from '../../../src/sim/wasm/index.ts';
import { runYosysScript } from '../../../src/tools/yosys.ts';

function network(): Graph {
  const b = new GraphBuilder('little');
  const x = integerInput(b, 'x', [4], uint(4));
  const w0 = [0, 1, 2, 3, 4].map((r) => [0, 1, 2, 3].map((c) => ((r * 5 + c * 7) % 9) - 4));
  const h = dense(b, 'fc0', x, matrix(w0));
  const a = thresholds(b, 'act0', h, matrix(w0.map((_, r) => [-20 + r, -3, 5, 20 + r])));
  integerOutput(
    b,
    'y',
    dense(
      b,
      'fc1',
      a,
      matrix([
        [3, -1, 2, 5, -7],
        [1, 6, -2, 1, 1],
      ]),
    ),
  );
  return b.finish();
}

const built = (tmr: boolean): Graph => runPasses(network(), UNROLLED, { levels: 2, tmr }).graph;

function campaign(graph: Graph, injections: number, sizes?: Sizes) {
  const inputs = graph.inputs.map((p) => concatenated(randomFrames(graph, 32, 1), p.name));
  const settings = { stall: { probability: 0.3, seed: 7 } };
  return upsetCampaign(rtlJob(graph, 'little', emitVerilog(graph, sizes), inputs, settings), { injections, seed: 3 });
}

it.each([undefined, { whole: 0, most: 6 }])(
  'triplicated registers: no upset shows, and each is repaired by the next clock edge (parts %o)',
  async (sizes) => {
    const r = await campaign(built(true), 600, sizes);
    expect(r).toMatchObject({ hit: r.flipFlops, wrong: 0, unrepaired: 0, slowestRepair: 1 });
  },
);

it('single registers: upsets show, and leave with their frame', async () => {
  const r = await campaign(built(false), 300);
  expect(r.wrong).toBeGreaterThan(r.injections / 4);
  expect(r.unrepaired).toBe(0);
});

it('three flip-flops and a voter for each bit survive synthesis', async () => {
  const cells = async (tmr: boolean): Promise<{ ff: number; voters: number }> => {
    const files = emitVerilog(built(tmr));
    const sources = [...files.keys()].filter((f) => f.endsWith('.v'));
    const script = [
      ...sources.map((f) => `read_verilog ${f}`),
      'synth_xilinx -family xcup -noiopad -top little',
      'write_json out.json',
    ];
    const { files: out } = await runYosysScript(files, script.join('\n'));
    const text = Buffer.from(out.get('out.json') as Uint8Array).toString();
    const { modules } = JSON.parse(text) as {
      modules: { [m: string]: { cells: { [c: string]: { type: string; parameters: { INIT?: string } } } } };
    };
    const all = Object.values(modules['little']?.cells ?? {});
    const majority = all.filter(
      (c) => c.type === 'LUT3' && /1(1101|0001)000$|^0*(11101000|00010111)$/.test(c.parameters.INIT ?? ''),
    );
    return { ff: all.filter((c) => c.type.startsWith('FD')).length, voters: majority.length };
  };
  const [single, triple] = [await cells(false), await cells(true)];
  expect(triple.ff).toBeGreaterThanOrEqual(3 * single.ff);
  expect(triple.voters * 3).toBe(triple.ff);
});
