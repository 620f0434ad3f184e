/** The page of a build. */
import type { KernelLine } from '../flow/summary.ts';
import type { BuildData, Fifo, Values } from './data.ts';
import { drawing } from './drawing.ts';
import type { RoundingError } from './errors.ts';
import { count, type Html, html, percent, raw } from './html.ts';
import { page } from './page.ts';

export function buildPage(data: BuildData): string {
  const { summary } = data;
  const content = html`${tiles(data)}
<section><h2>Dataflow</h2><p>Each box is a kernel, each arrow an AXI4-Stream with a FIFO. The bar in a box says for how much of the
${summary.ii === null ? 'latency' : 'initiation interval'} the kernel is busy; the busiest, with an orange frame, sets the rate. A number on an arrow is the depth of a FIFO that must hold more than two
beats. Select a box for its details.</p>
<div class="scroll">${drawing(data)}</div><div id="details" aria-live="polite"></div></section>
${kernelTable(data)}
${proof(data)}
${fifoTable(data)}
${valueTable(data)}
${errorTable(data)}
${decisions(data)}
${host(data)}
<script type="application/json" id="kernels">${raw(JSON.stringify(detailsOf(data)).replaceAll('<', '\\u003c'))}</script>`;
  return page({ title: summary.name, kind: 'accelerator', content });
}

function tiles({ summary, verdict }: BuildData): Html {
  const { latency, ii, clockMhz, framesPerSecond, cost, weights, device } = summary;
  const us = (cycles: number): string => `${Number((cycles / clockMhz).toPrecision(3))} µs at ${clockMhz} MHz`;
  const tile = (label: string, value: string, note = ''): Html =>
    html`<div class="tile"><dt>${label}</dt><dd>${value}</dd><p>${note}</p></div>`;
  const used = (share: number | undefined): string =>
    share === undefined ? 'estimated' : `${percent(share)} of ${device?.part}`;
  const state = !verdict
    ? html`<span class="badge">not verified yet</span>`
    : verdict.ok
      ? html`<span class="badge good">equal to the model, integer for integer</span>`
      : html`<span class="badge bad">differs from the model</span>`;
  return html`<p class="state">${state} ${count(weights)} weights, ${summary.kernels.filter((k) => k.kernel !== 'fifo').length} kernels</p>
<dl class="tiles">
${tile('Latency', `${count(latency)} cycles`, us(latency))}
${tile('Initiation interval', ii === null ? '–' : `${count(ii)} cycles`, framesPerSecond === null ? '' : `${count(Math.round(framesPerSecond))} frames/s at ${clockMhz} MHz`)}
${tile('LUT', count(cost.lut), used(device?.used?.lut))}
${tile('Flip-flops', count(cost.ff), used(device?.used?.ff))}
${tile('DSP', count(cost.dsp), used(device?.used?.dsp))}
${tile('BRAM, 18 Kbit', count(cost.bram), used(device?.used?.bram))}
</dl>`;
}

const foldingText = (k: KernelLine): string =>
  Object.entries(k.folding)
    .map(([knob, v]) => `${knob}=${v}`)
    .join(' ');

/** A cell whose bar shows its part of the largest. */
const bar = (value: number, most: number, text = count(value)): Html =>
  html`<td class="bar" data-value="${value}"><span style="width:${Math.round((100 * value) / Math.max(1, most))}%"></span>${text}</td>`;

function kernelTable({ summary }: BuildData): Html {
  const kernels = summary.kernels.filter((k) => k.kernel !== 'fifo');
  const interval = summary.ii ?? summary.latency;
  const most = (f: (k: KernelLine) => number): number => Math.max(0, ...kernels.map(f));
  const rows = kernels.map(
    (k) =>
      html`<tr data-kernel="${k.name}"><th scope="row">${k.name}</th><td>${k.kernel}</td><td>${foldingText(k)}</td>${bar(k.cycles, interval)}<td data-value="${k.cycles / interval}">${percent(k.cycles / interval)}</td>${bar(
        k.cost.lut,
        most((o) => o.cost.lut),
      )}${bar(
        k.cost.ff,
        most((o) => o.cost.ff),
      )}<td data-value="${k.cost.dsp}">${k.cost.dsp}</td><td data-value="${k.cost.bram}">${k.cost.bram}</td></tr>`,
  );
  const fifos = summary.kernels.filter((k) => k.kernel === 'fifo');
  const lut = fifos.reduce((n, k) => n + k.cost.lut, 0);
  return html`<section><h2>Where cycles and resources go</h2><p>Cycles per frame, and resources by the cost models that are fitted to synthesis. Select a heading to sort.
${fifos.length > 0 && `The ${fifos.length} FIFOs take another ${count(lut)} LUT.`}</p>
<div class="scroll"><table class="sortable"><thead><tr><th>kernel</th><th>kind</th><th>folding</th><th>cycles</th><th>busy</th><th>LUT</th><th>FF</th><th>DSP</th><th>BRAM</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function proof({ verdict }: BuildData): Html {
  if (!verdict)
    return html`<section><h2>Proof</h2><p>Not verified yet. <code>sluice verify</code> runs every executor on the same vectors; then make this page again.</p></section>`;
  const rows = Object.entries(verdict.executors).map(([name, e]) => {
    const cycles = e.cycles ? `${count(e.cycles.latency)}, ${e.cycles.ii === null ? '–' : count(e.cycles.ii)}` : '';
    return html`<tr><th scope="row">${name}</th><td class="${e.status === 'equal' ? 'good' : e.status === 'missing' ? '' : 'bad'}">${e.status}</td><td>${count(e.mismatches)}</td><td>${cycles}</td><td>${e.notes[0]}</td></tr>`;
  });
  const { latency, ii } = verdict.model;
  const stalls = verdict.stall > 0 ? `, stalled at random with probability ${verdict.stall} at every port` : '';
  return html`<section><h2>Proof</h2><p>${count(verdict.samples)} samples${stalls}, compared with the model as imported, integer for integer. The cycle model says latency ${count(latency)}, interval ${ii === null ? '–' : count(ii)}.
${verdict.golden && `Expected outputs: ${verdict.golden.status}.`}</p>
<table><thead><tr><th>executor</th><th>status</th><th>integers that differ</th><th>measured latency, interval</th><th></th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function fifoTable({ streams }: BuildData): Html {
  const fifos = streams.flatMap((s) => (s.fifo ? [s.fifo] : []));
  if (fifos.length === 0) return html``;
  const bits = fifos.reduce((n, f) => n + f.bits, 0);
  const deep = fifos.filter((f) => f.depth > 2).sort((a, b) => b.bits - a.bits);
  const row = (f: Fifo): Html =>
    html`<tr><th scope="row">${f.name}</th><td data-value="${f.depth}">${count(f.depth)}</td>${bar(f.peak, f.depth)}<td data-value="${f.bits}">${count(f.bits)}</td></tr>`;
  return html`<section><h2>FIFOs</h2><p>${fifos.length} FIFOs, ${count(bits)} bits; ${fifos.length - deep.length} of them have the least depth of 2. Depths are the least found by
simulation that keep the interval; the occupancy is that of a run without stalls.</p>
${deep.length > 0 && html`<div class="scroll"><table class="sortable"><thead><tr><th>FIFO</th><th>depth</th><th>most beats held</th><th>bits</th></tr></thead><tbody>${deep.map(row)}</tbody></table></div>`}</section>`;
}

const BAR = 5;
const HEIGHT = 26;

function histogram({ histogram: bins }: Values): Html {
  const most = Math.max(...bins, 1e-9);
  // Rare values must be seen: heights are roots of shares.
  const bars = bins.map((v, i) => {
    const h = v === 0 ? 0 : Math.max(1, HEIGHT * Math.sqrt(v / most));
    return html`<rect x="${i * BAR}" y="${(HEIGHT - h).toFixed(1)}" width="${BAR - 1}" height="${h.toFixed(1)}"/>`;
  });
  return html`<svg class="histogram" width="${bins.length * BAR}" height="${HEIGHT}" aria-hidden="true">${bars}</svg>`;
}

function valueTable({ values, samples }: BuildData): Html {
  const rows = values.map((v) => {
    const share = (v.most - v.least) / Math.max(1, v.hi - v.lo);
    return html`<tr><th scope="row">${v.name}</th><td>${histogram(v)}</td><td>${v.type}</td><td>${count(v.lo)} … ${count(v.hi)}</td><td>${count(v.least)} … ${count(v.most)}</td><td data-value="${share}">${percent(share)}</td><td>${v.made}</td><td>${v.shape}</td></tr>`;
  });
  return html`<section><h2>Values against types</h2><p>Every tensor of the model on ${samples.count} ${samples.given ? 'given' : 'random'} samples${
    samples.given ? '' : ' over the whole input range (<q>--inputs</q> takes real ones)'
  }: what its type can hold, what came, and how it was spread over the range of the type (heights are roots of shares).</p>
<div class="scroll"><table class="sortable"><thead><tr><th>tensor</th><th>spread</th><th>type</th><th>type holds</th><th>seen</th><th>range used</th><th>made by</th><th>shape</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function errorTable({ errors, samples }: BuildData): Html {
  if (errors.length === 0) return html``;
  const decibels = (e: RoundingError): string =>
    e.rms === 0 ? 'exact' : Number.isFinite(e.snr) ? `${e.snr.toFixed(1)} dB` : '–';
  const rows = [...errors]
    .sort((a, b) => (a.snr === b.snr ? 0 : a.snr < b.snr ? -1 : 1))
    .map(
      (e) =>
        html`<tr><th scope="row">${e.node}</th><td>${e.type}</td><td data-value="${e.snr}">${decibels(e)}</td><td data-value="${e.rms}">${e.rms.toFixed(3)}</td><td data-value="${e.saturated}">${percent(e.saturated)}</td><td>${e.origin}</td></tr>`,
    );
  return html`<section><h2>What quantisation costs</h2><p>At each quantiser inside the network, the worst first: how far the integers that leave it lie from the real numbers that they stand
for, on the ${samples.count} ${samples.given ? 'given' : 'random'} samples. Rounding alone leaves up to about 0.29 of a step, less where many values are whole; more means that values saturate. What is further off than rounding explains has saturated; a least code of zero counts as a ReLU. Thresholds and signs are not listed.</p>
<div class="scroll"><table class="sortable"><thead><tr><th>quantiser</th><th>type</th><th>signal to error</th><th>error, steps</th><th>saturated</th><th>from</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function decisions({ summary }: BuildData): Html {
  const byPass = new Map<string, (typeof summary.decisions)[number][]>();
  for (const d of summary.decisions) byPass.set(d.pass, [...(byPass.get(d.pass) ?? []), d]);
  const groups = [...byPass].map(
    ([pass, list]) =>
      html`<details><summary><code>${pass}</code> ${list.length} ${list.length === 1 ? 'choice' : 'choices'}</summary><table><tbody>${list.map(
        (d) => html`<tr><th scope="row">${d.node}</th><td>${d.what}</td><td>${d.why}</td></tr>`,
      )}</tbody></table></details>`,
  );
  return html`<section><h2>Choices and their reasons</h2>${groups}</section>`;
}

function host({ summary: { host: ends } }: BuildData): Html {
  const part = (what: string, ops: readonly string[]): Html | false =>
    ops.length > 0 && html`<p>${what}: ${ops.join(', ')}.</p>`;
  if (ends.before.length + ends.after.length === 0) return html``;
  return html`<section><h2>On the host</h2>${part('Before the hardware', ends.before)}${part('After it', ends.after)}</section>`;
}

/** What the page shows of a kernel when it is selected. */
function detailsOf({ summary, streams }: BuildData): object {
  const interval = summary.ii ?? summary.latency;
  const why = (name: string): string[] =>
    summary.decisions.filter((d) => d.node === name).map((d) => `${d.pass}: ${d.what} (${d.why})`);
  return Object.fromEntries(
    summary.kernels
      .filter((k) => k.kernel !== 'fifo')
      .map((k) => [
        k.name,
        {
          kind: k.kernel,
          rows: [
            ['folding', foldingText(k) || 'follows its streams'],
            ['cycles per frame', `${count(k.cycles)}, busy ${percent(k.cycles / interval)}`],
            ['cost', `${count(k.cost.lut)} LUT, ${count(k.cost.ff)} FF, ${k.cost.dsp} DSP, ${k.cost.bram} BRAM18`],
            [
              'reads',
              streams
                .filter((s) => s.to === k.name)
                .map((s) => `${s.type} from ${s.from}`)
                .join('; '),
            ],
            ['writes', k.output],
            ...why(k.name).map((w) => ['chosen', w]),
          ],
        },
      ]),
  );
}
