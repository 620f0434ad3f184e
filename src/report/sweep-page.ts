/** The page of a sweep: all designs in a plot of any two objectives, and the front as a table. */
import { axisValue, type DesignLine, type SweepRecord } from '../sweep/output.ts';
import { OBJECTIVES, type Objective } from '../sweep/spec.ts';
import { count, type Html, html, raw } from './html.ts';
import { page } from './page.ts';

const text = (v: unknown): string => (v === undefined ? '–' : typeof v === 'string' ? v : JSON.stringify(v));
const figure = (v: number): string => (Number.isInteger(v) ? count(v) : `${Number(v.toPrecision(4))}`);

export function sweepPage(data: SweepRecord): string {
  const { sweep, designs } = data;
  const done = designs.filter((d) => d.status === 'done');
  const best = done.filter((d) => d.front);
  const [x = 'lut'] = sweep.objectives;
  const y = sweep.objectives.at(-1) ?? 'ii';
  const measured = (Object.keys(OBJECTIVES) as Objective[]).filter((o) => done.some((d) => d.figures[o] !== undefined));
  const choice = (id: string, chosen: Objective): Html =>
    html`<label>${id} <select id="${id}">${measured.map((o) => (o === chosen ? html`<option selected>${o}</option>` : html`<option>${o}</option>`))}</select></label>`;
  const content = html`<p class="state">${count(done.length)} designs by ${sweep.search.method}, ${best.length} on the front, ${designs.length - done.length} refused</p>
<section><h2>Designs</h2><p>Each point is a design; lower and further left is better. Orange designs are on the front of all objectives (${sweep.objectives.join(', ')}): no
other is as good in each and better in one. The line is the front of the two that are shown. Select a point for the design behind it.</p>
<p>${choice('x', x)}${choice('y', y)}</p>
<div class="scroll"><svg id="plot" class="plot" viewBox="0 0 900 460" role="img" aria-label="Designs by two objectives"></svg></div>
<div id="details" aria-live="polite"></div></section>
${frontTable(data, best)}
${axesTable(data)}
${refusedTable(designs)}
<script type="application/json" id="designs">${raw(JSON.stringify(pointsOf(data)).replaceAll('<', '\\u003c'))}</script>`;
  return page({ title: sweep.model.split('/').slice(-2).join('/'), kind: 'sweep', content });
}

const chosen = ({ sweep }: SweepRecord, d: DesignLine): string =>
  sweep.axes.map(({ key }) => `${key} ${text(axisValue(d, key))}`).join(', ');

function frontTable({ sweep }: SweepRecord, best: readonly DesignLine[]): Html {
  const rows = best.map(
    (d) =>
      html`<tr data-design="${d.key}">${sweep.objectives.map(
        (o) => html`<td data-value="${d.figures[o] ?? ''}">${figure(d.figures[o] ?? Number.NaN)}</td>`,
      )}${sweep.axes.map(({ key }) => html`<td>${text(axisValue(d, key))}</td>`)}</tr>`,
  );
  return html`<section><h2>The front</h2><p>Select a row to see the whole design above, a heading to sort.</p>
<div class="scroll"><table class="sortable"><thead><tr>${sweep.objectives.map((o) => html`<th>${o}</th>`)}${sweep.axes.map(
    ({ key }) => html`<th>${key}</th>`,
  )}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function axesTable({ sweep, designs }: SweepRecord): Html {
  const rows = sweep.axes.map(({ key, values }) => {
    const shares = values.map((v) => {
      const of = designs.filter((d) => text(axisValue(d, key)) === text(v ?? undefined));
      return `${text(v ?? undefined)} (${of.filter((d) => d.front).length} of ${of.length})`;
    });
    return html`<tr><th scope="row">${key}</th><td>${shares.join(', ')}</td></tr>`;
  });
  return html`<section><h2>Axes</h2><p>The values that were tried; in brackets, how many designs with that value are on the front.</p>
<div class="scroll"><table><tbody>${rows}</tbody></table></div></section>`;
}

function refusedTable(designs: readonly DesignLine[]): Html {
  const why = new Map<string, number>();
  for (const d of designs) if (d.why !== undefined) why.set(d.why, (why.get(d.why) ?? 0) + 1);
  if (why.size === 0) return html``;
  const rows = [...why].map(([reason, n]) => html`<tr><td>${n}</td><td>${reason}</td></tr>`);
  return html`<section><h2>Refused</h2><div class="scroll"><table><tbody>${rows}</tbody></table></div></section>`;
}

function pointsOf(data: SweepRecord): object {
  const folding = (d: DesignLine): string =>
    Object.entries(d.folding)
      .map(
        ([k, knobs]) =>
          `${k}: ${Object.entries(knobs)
            .map(([n, v]) => `${n}=${v}`)
            .join(' ')}`,
      )
      .join('; ');
  return Object.fromEntries(
    data.designs
      .filter((d) => d.status === 'done')
      .map((d) => [
        d.key,
        {
          title: chosen(data, d),
          front: d.front,
          figures: d.figures,
          rows: [
            ...Object.entries(d.figures).map(([o, v]) => [`${o}: ${OBJECTIVES[o as Objective]}`, figure(v as number)]),
            ['folding', folding(d) || '–'],
            ['configuration', JSON.stringify(d.config)],
            [
              'build it',
              `put the configuration into a file and run: sluice build ${data.sweep.model} -o out --config FILE`,
            ],
          ],
        },
      ]),
  );
}
