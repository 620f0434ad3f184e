import { describe, expect, it } from 'vitest';
import { emitHls, hlsTop } from '../../../src/emit/hls/emit.ts';
import type { Graph, Node } from '../../../src/ir/graph.ts';
import { int } from '../../../src/num/elem.ts';
import { benchGraph, drawSubject } from '../../conformance/bench.ts';
import { sample as mvu } from '../../conformance/samplers/mvu.ts';
import { sample as thresholds } from '../../conformance/samplers/thresholds.ts';

const subjects = [drawSubject(mvu, 1, 1), drawSubject(thresholds, 2, 1)];
const graph = benchGraph(subjects);
const TOP = `${hlsTop(graph)}.cpp`;

const text = (g: Graph, path: string): string => String(emitHls(g).get(path));

describe('emitHls', () => {
  it('writes the same bytes every time', () => {
    expect([...emitHls(graph)]).toEqual([...emitHls(benchGraph(subjects))]);
  });

  it('brings along every header that is included', () => {
    const files = emitHls(graph);
    for (const [path, content] of files) {
      const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
      for (const [, name] of String(content).matchAll(/^#include "([^"]+\.hpp)"/gm)) {
        expect([...files.keys()]).toContain(new URL(folder + name, 'file:///').pathname.slice(1));
      }
    }
  });

  it('turns FIFO nodes into stream depths, and nothing else', () => {
    const deep = (depth: number): Graph => ({
      ...graph,
      nodes: graph.nodes.map((n: Node) => (n.op === 'fifo' ? { ...n, attrs: { depth } } : n)),
    });
    const top = text(deep(37), TOP);
    expect(top).not.toMatch(/sluice::fifo/);
    expect(top.match(/depth=37$/gm)).toHaveLength(4);
    expect(top.replaceAll('depth=37', 'depth=5')).toBe(text(deep(5), TOP));
  });

  it('keeps to names that C++ allows', () => {
    expect(hlsTop({ ...graph, name: 'double' })).toBe('double_top');
    expect(hlsTop({ ...graph, name: '3 nets/v1' })).toBe('n3_nets_v1');
    const origin = ['/a/Conv\\', 'évil\n#error'];
    const odd = text({ ...graph, nodes: graph.nodes.map((n) => ({ ...n, origin })) }, TOP);
    expect(odd).not.toMatch(/^#error|\\$|[^\x20-\x7e\n]/m);
  });

  it('keeps every line of constants short', () => {
    const files = emitHls(graph);
    const constants = [...files].filter(([path]) => path.startsWith('weights/'));
    expect(constants.length).toBe(2);
    for (const [, content] of constants) {
      for (const line of String(content).split('\n')) expect(line.length).toBeLessThan(140);
    }
  });

  it('writes wide constants with the suffix that they need', () => {
    const node = graph.nodes.find((n) => n.op === 'mvu') as Node;
    const role = node.consts['weight'] as string;
    const weight = graph.consts[role];
    if (!weight) throw new Error('the case has weights');
    const data = Float64Array.from(weight.data, () => -(2 ** 40));
    const wide = { ...graph, consts: { ...graph.consts, [role]: { ...weight, elem: int(48), data } } };
    expect(text(wide, `weights/${node.name}.hpp`)).toContain('-1099511627776LL');
  });
});
