// Selecting kernels or designs, sorting tables. The page can be read without it.

const data = (id) => JSON.parse(document.getElementById(id)?.textContent ?? '{}');
const kernels = data('kernels');
const designs = data('designs');
const details = document.getElementById('details');

function show(kind, key, title, rows) {
  for (const e of document.querySelectorAll('.selected')) e.classList.remove('selected');
  for (const e of document.querySelectorAll(`[data-${kind}]`)) e.classList.toggle('selected', e.dataset[kind] === key);
  const heading = document.createElement('h3');
  heading.textContent = title;
  const list = document.createElement('dl');
  for (const [name, value] of rows) {
    const term = document.createElement('dt');
    const text = document.createElement('dd');
    term.textContent = name;
    text.textContent = value;
    list.append(term, text);
  }
  details.replaceChildren(heading, list);
}

function select(target) {
  const e = target.closest('[data-kernel], [data-design]');
  if (!e) return;
  const { kernel, design } = e.dataset;
  if (kernel && kernels[kernel]) show('kernel', kernel, `${kernel}: ${kernels[kernel].kind}`, kernels[kernel].rows);
  if (design && designs[design]) show('design', design, designs[design].title, designs[design].rows);
}

document.addEventListener('click', (event) => select(event.target));
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' || event.key === ' ') {
    if (event.target.matches('svg [tabindex]')) event.preventDefault();
    select(event.target);
  }
});

const sortKey = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent;
for (const table of document.querySelectorAll('.sortable')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.tabIndex = 0;
    const sort = () => {
      const falling = head.getAttribute('aria-sort') !== 'descending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', falling ? 'descending' : 'ascending');
      const rows = [...table.tBodies[0].rows].sort((a, b) => {
        const [x, y] = [sortKey(a, column), sortKey(b, column)];
        const order = Number.isNaN(Number(x) - Number(y)) ? x.localeCompare(y) : Number(x) - Number(y);
        return falling ? -order : order;
      });
      table.tBodies[0].append(...rows);
    };
    head.addEventListener('click', sort);
    head.addEventListener('keydown', (event) => event.key === 'Enter' && sort());
  });
}

// The plot of a sweep, drawn for the two objectives that are chosen.
const plot = document.getElementById('plot');
const axes = ['x', 'y'].map((id) => document.getElementById(id));
const FRAME = { left: 64, right: 16, top: 16, bottom: 44, width: 900, height: 460 };

function svg(name, attributes, text) {
  const e = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  if (text !== undefined) e.textContent = text;
  return e;
}

/** Positions on an axis, logarithmic where the values are positive and far apart. */
function scale(values, from, to) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const log = low > 0 && high / low > 20;
  const f = (v) => (log ? Math.log10(v) : v);
  const span = f(high) - f(low) || 1;
  const at = (v) => from + ((f(v) - f(low)) / span) * (to - from);
  const ticks = Array.from({ length: 5 }, (_, i) => f(low) + (span * i) / 4).map((t) => (log ? 10 ** t : t));
  return { at, ticks: high === low ? [low] : ticks };
}

const brief = (v) =>
  Math.abs(v) >= 10000 ? v.toLocaleString('en-US', { notation: 'compact' }) : `${Number(v.toPrecision(3))}`;

function draw() {
  const [x, y] = axes.map((a) => a.value);
  const all = Object.entries(designs).filter(([, d]) => d.figures[x] !== undefined && d.figures[y] !== undefined);
  const sx = scale(
    all.map(([, d]) => d.figures[x]),
    FRAME.left + 8,
    FRAME.width - FRAME.right - 8,
  );
  const sy = scale(
    all.map(([, d]) => d.figures[y]),
    FRAME.height - FRAME.bottom - 8,
    FRAME.top + 8,
  );
  const parts = [];
  for (const t of sx.ticks) {
    parts.push(
      svg('line', { class: 'grid', x1: sx.at(t), x2: sx.at(t), y1: FRAME.top, y2: FRAME.height - FRAME.bottom }),
    );
    parts.push(svg('text', { x: sx.at(t), y: FRAME.height - FRAME.bottom + 18, 'text-anchor': 'middle' }, brief(t)));
  }
  for (const t of sy.ticks) {
    parts.push(
      svg('line', { class: 'grid', x1: FRAME.left, x2: FRAME.width - FRAME.right, y1: sy.at(t), y2: sy.at(t) }),
    );
    parts.push(svg('text', { x: FRAME.left - 8, y: sy.at(t) + 4, 'text-anchor': 'end' }, brief(t)));
  }
  parts.push(svg('text', { x: FRAME.width / 2, y: FRAME.height - 6, 'text-anchor': 'middle' }, x));
  parts.push(svg('text', { x: 14, y: FRAME.top + 4 }, y));
  // The front of these two objectives alone, as steps.
  const sorted = all.map(([, d]) => [d.figures[x], d.figures[y]]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let least = Infinity;
  let path = '';
  for (const [u, v] of sorted) {
    if (v >= least) continue;
    path += path === '' ? `M${sx.at(u)} ${sy.at(v)}` : `H${sx.at(u)}V${sy.at(v)}`;
    least = v;
  }
  parts.push(svg('path', { class: 'front', d: path }));
  for (const [key, d] of [...all].sort((a, b) => a[1].front - b[1].front)) {
    const c = svg('circle', {
      cx: sx.at(d.figures[x]),
      cy: sy.at(d.figures[y]),
      r: d.front ? 6 : 4,
      tabindex: 0,
      role: 'button',
    });
    if (d.front) c.classList.add('best');
    c.dataset.design = key;
    c.append(svg('title', {}, `${d.title}: ${x} ${brief(d.figures[x])}, ${y} ${brief(d.figures[y])}`));
    parts.push(c);
  }
  plot.replaceChildren(...parts);
}

if (plot) {
  for (const a of axes) a.addEventListener('change', draw);
  draw();
}
