/** The dataflow as SVG: layers from left to right, wrapped by the page's scroll. */
import { Graph, layout } from '@dagrejs/dagre';
import type { KernelLine } from '../flow/summary.ts';
import type { BuildData, Stream } from './data.ts';
import { type Html, html, percent } from './html.ts';

const BOX = { width: 148, height: 56 };
const END = { width: 96, height: 34 };
const MARGIN = 16;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Kernels as boxes, filled as far as they are busy; streams as arrows, marked where a FIFO is deeper than the least. */
export function drawing({ boxes, streams, summary }: BuildData): Html {
  const g = new Graph({ multigraph: true });
  g.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 34, marginx: MARGIN, marginy: MARGIN });
  g.setDefaultEdgeLabel(() => ({}));
  for (const { name, kind } of boxes) g.setNode(name, { ...(isEnd(kind) ? END : BOX) });
  for (const [i, { from, to }] of streams.entries()) g.setEdge(from, to, {}, `${i}`);
  layout(g);
  const { width = 0, height = 0 } = g.graph() as { width?: number; height?: number };
  const kernels = new Map(summary.kernels.map((k) => [k.name, k]));
  const interval = summary.ii ?? summary.latency;
  const at = (name: string): Point => g.node(name) as Point;
  const lines = streams.map((s, i) => {
    const { points } = g.edge({ v: s.from, w: s.to, name: `${i}` }) as { points: readonly Point[] };
    return arrow(points, s);
  });
  const nodes = boxes.map(({ name, kind }) =>
    isEnd(kind) ? end(at(name), name, kind) : box(at(name), name, kind, kernels.get(name), interval),
  );
  return html`<svg class="flow" role="img" aria-label="The kernels and the streams between them" width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}">
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>
${lines}
${nodes}
</svg>`;
}

const isEnd = (kind: string): boolean => kind === 'input' || kind === 'output';

const round = (v: number): number => Math.round(10 * v) / 10;

function arrow(points: readonly Point[], { type, fifo }: Stream): Html {
  const path = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join(' ');
  const deep = fifo !== undefined && fifo.depth > 2;
  const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
  const label = fifo ? `${type}, FIFO of ${fifo.depth}, ${fifo.peak} used` : type;
  return html`<g class="stream${deep ? ' deep' : ''}"><title>${label}</title><path d="${path}" marker-end="url(#tip)"/>${
    deep && html`<text x="${round(middle.x)}" y="${round(middle.y - 5)}">${fifo.depth}</text>`
  }</g>`;
}

const shortened = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function end({ x, y }: Point, name: string, kind: string): Html {
  const [left, top] = [round(x - END.width / 2), round(y - END.height / 2)];
  const label = name.replace(/^(in|out):/, '');
  return html`<g class="end"><title>${kind} ${label}</title><rect x="${left}" y="${top}" width="${END.width}" height="${END.height}" rx="17"/><text x="${round(x)}" y="${round(y + 4)}" text-anchor="middle">${shortened(label, 13)}</text></g>`;
}

function box({ x, y }: Point, name: string, kind: string, k: KernelLine | undefined, interval: number): Html {
  const [left, top] = [round(x - BOX.width / 2), round(y - BOX.height / 2)];
  const busy = Math.min(1, (k?.cycles ?? 0) / interval);
  const folding = Object.entries(k?.folding ?? {})
    .map(([knob, v]) => `${knob} ${v}`)
    .join(' · ');
  return html`<g class="kernel${busy > 0.99 ? ' bottleneck' : ''}" data-kernel="${name}" tabindex="0" role="button" aria-label="${name}, ${kind}, busy ${percent(busy)}"><title>${name}: ${kind}</title>
<rect class="body" x="${left}" y="${top}" width="${BOX.width}" height="${BOX.height}" rx="6"/>
<rect class="load" x="${left + 8}" y="${top + 46}" width="${round((BOX.width - 16) * busy)}" height="4" rx="2"/>
<text class="name" x="${left + 8}" y="${top + 17}">${shortened(name, 21)}</text>
<text class="what" x="${left + 8}" y="${top + 34}">${kind}${folding === '' ? '' : ` · ${folding}`}</text></g>`;
}
