/** The generated pages of `docs/`: path → text. Everything in them comes from the registries and the message files. */

import type { Diagnostic } from '../../src/diag/diagnostic.ts';
import * as build from '../../src/diag/messages-build.ts';
import * as cli from '../../src/diag/messages-cli.ts';
import * as data from '../../src/diag/messages-data.ts';
import * as emit from '../../src/diag/messages-emit.ts';
import * as gate from '../../src/diag/messages-gate.ts';
import * as onnx from '../../src/diag/messages-import.ts';
import * as ir from '../../src/diag/messages-ir.ts';
import * as netlist from '../../src/diag/messages-netlist.ts';
import * as ptq from '../../src/diag/messages-ptq.ts';
import * as quantise from '../../src/diag/messages-quantise.ts';
import * as report from '../../src/diag/messages-report.ts';
import * as sweep from '../../src/diag/messages-sweep.ts';
import * as synth from '../../src/diag/messages-synth.ts';
import { hostOps } from '../../src/host/ops/index.ts';
import { streamOperators } from '../../src/import/onnx/operators/index.ts';
import type { OpDef } from '../../src/ir/op.ts';
import { tensorOps } from '../../src/ir/ops/index.ts';
import { DEVICES, deviceSummary } from '../../src/kernels/devices.ts';
import { kernels } from '../../src/kernels/index.ts';
import { configSchema } from '../../src/passes/config.ts';
import { MODEL, PIPELINES } from '../../src/passes/index.ts';
import { catalogue } from './diagnostics.ts';
import { page, properties, table } from './markdown.ts';

const roles = ({ consts }: OpDef): string =>
  [...consts.required, ...consts.optional.map((c) => `${c} (optional)`)].map((c) => `\`${c}\``).join(', ') || 'none';

function attributes(def: OpDef): string[] {
  const rows = properties(def.attrs).map((p) => [`\`${p.name}\``, p.type]);
  return rows.length > 0 ? table(['attribute', 'type'], rows) : ['No attributes.'];
}

const inputs = (def: OpDef): string => (def.inputs === 'variadic' ? 'one or more' : `${def.inputs}`);

const opsPage = (): string =>
  page('Tensor ops', '`src/ir/ops`', [
    'The ops of a tensor graph: integers, one frame, channels last. Each has one definition of its result',
    '(`reference`), which all hardware must equal.',
    '',
    ...[...tensorOps.values()].flatMap((def) => [
      `## ${def.kind}`,
      '',
      def.summary,
      '',
      `Inputs: ${inputs(def)}. Constants: ${roles(def)}.`,
      '',
      ...attributes(def),
      '',
    ]),
  ]).trimEnd();

const kernelsPage = (): string =>
  page('Kernels', '`src/kernels`', [
    'The nodes of a kernel graph: hardware on streams. How streams, folding and schedules work: [hardware.md](hardware.md).',
    '',
    ...[...kernels.values()].flatMap((def) => [
      `## ${def.kind}`,
      '',
      def.summary,
      '',
      `Implements: ${def.implements ? `[${def.implements.op}](ops.md#${def.implements.op})` : 'no op (plumbing)'}. ` +
        `Folding: ${def.folding ? def.folding.knobs.map((k) => `\`${k}\``).join(', ') : 'follows its input'}. ` +
        `Inputs: ${inputs(def as OpDef)}. Constants: ${roles(def as OpDef)}.`,
      '',
      ...attributes(def as OpDef),
      '',
    ]),
  ]).trimEnd();

const passesPage = (): string =>
  page('Passes', '`src/passes/index.ts`', [
    'The pipelines of the architectures, in order. The graph is verified after each pass; `sluice ir MODEL -p PASS`',
    'runs one alone.',
    ...Object.entries(PIPELINES).flatMap(([arch, list]) => [
      '',
      `## ${arch}`,
      '',
      ...table(
        ['', 'pass', 'takes', 'what it does'],
        [...MODEL, ...list].map((p, i) => [`${i + 1}`, `\`${p.name}\``, `${p.level} graph`, p.summary]),
      ),
    ]),
    '',
    '## Configuration',
    '',
    'What passes can be told, by `--config FILE` (JSON or YAML) or by options of `sluice build`:',
    '',
    ...table(
      ['key', 'value', ''],
      properties(configSchema).map((p) => [`\`${p.name}\``, p.type, p.text]),
    ),
  ]);

const AREAS: readonly (readonly [digits: string, title: string])[] = [
  ['01', 'Graphs and their text form'],
  ['02', 'Models'],
  ['03', 'Data files'],
  ['04', 'Building hardware'],
  ['05', 'Writing files'],
  ['06', 'Outside tools'],
  ['07', 'The command line'],
  ['08', 'Synthesis'],
  ['10', 'Sweeps'],
  ['11', 'Gates of pull requests'],
  ['12', 'Reports'],
  ['13', 'Quantisation after training'],
];

/** Messages may be gaps themselves: `${}` makes them text. */
const oneLine = (text: string): string => `${text}`.trim().replace(/\s+/g, ' ');

function diagnosticsPage(): string {
  const all = catalogue([build, cli, data, emit, onnx, ir, netlist, quantise, synth, sweep, gate, report, ptq]);
  const area = (d: Diagnostic): string => d.code.slice(1, 3);
  const areas = [...new Set(all.map(area))];
  const title = (digits: string): string => AREAS.find(([d]) => d === digits)?.[1] ?? `Area ${digits}`;
  return page('Diagnostics', '`src/diag/messages-*.ts`', [
    '`E…` stops the work, `W…` does not. Words in ‹› stand for what a message fills in.',
    '',
    ...areas.flatMap((digits) => [
      `## ${title(digits)}`,
      '',
      ...table(
        ['code', 'message', 'what to do'],
        all.filter((d) => area(d) === digits).map((d) => [`\`${d.code}\``, oneLine(d.message), oneLine(d.help ?? '')]),
      ),
      '',
    ]),
  ]).trimEnd();
}

const names = (list: Iterable<string>): string =>
  [...list]
    .sort()
    .map((n) => `\`${n}\``)
    .join(', ');

const TRANSFORMERS: readonly string[] = [
  'Softmax, normalisations, attention and curves are real functions of exact integers. Their op is added when the quantiser',
  'behind them is known: one whose scale is a power of two rounds the result itself, before any other the op is finer by 8',
  'bits. Where no quantiser follows, the host computes them. `approximate` then defines each in integers.',
  '',
  ...table(
    ['written as', 'becomes'],
    [
      [
        '`LayerNormalization`, `RMSNormalization`, or means, squares, a root and a division of one tensor',
        '`layernorm`',
      ],
      [
        '`Gelu`, x · (1 + erf(x/√2)) / 2 or its tanh form, x · sigmoid(k·x), factors in any place',
        'a table of codes, or `curve` of wide sums',
      ],
      ['`Softmax`', '`softmax`'],
      [
        '`MatMul`, `Mul` of two activations; leading axes are heads, whatever reshapes and transposes made them',
        '`matmul`, `multiply`',
      ],
      [
        '`MatMul`, a scale, a constant mask (`Add`), `Softmax`, `MatMul` with nothing quantised behind the softmax; `Attention` (opset 23), `MultiHeadAttention`',
        '`attention`; `--attention faithful` keeps the products, `--attention fused` leaves a quantiser out and says so',
      ],
      ['`Slice`, `Split`, `Gather` of entries that follow each other', '`slice`'],
      ['`Concat` of constants before a stream (class token)', '`insert`'],
      ['`Add` of one number per token and channel (positions)', 'part of the quantiser behind it'],
      [
        'all experts on all tokens (`MatMul` with weights `[E, D, H]`), a quantiser, an activation, a quantiser, `MatMul`, times gates, `ReduceSum`; gates from `Softmax`, `TopK`, `ScatterElements`, before or after they are made to sum to one',
        '`route` and `experts`: the chosen experts alone',
      ],
      [
        '`MoE`, `QMoE` (onnxruntime) with two products per expert',
        'the same; what is real between the products is rounded to 12 bits, and said',
      ],
    ],
  ),
];

const onnxPage = (): string =>
  page('ONNX operators', '`src/import/onnx/operators` and `src/host/ops`', [
    'What an operator becomes depends on where it stands, not only on what it is: see "The importer" in',
    '[ARCHITECTURE.md](../ARCHITECTURE.md).',
    '',
    '## Between quantisers: integers in hardware',
    '',
    names(streamOperators.keys()),
    '',
    '## Before the first and after the last quantiser, and on constants: real numbers on the host',
    '',
    names(hostOps.keys()),
    '',
    '## Transformers',
    '',
    ...TRANSFORMERS,
  ]);

const devicesPage = (): string =>
  page('Devices', '`src/kernels/devices.ts`', [
    '`--device` takes any part name that Vitis HLS knows; these are also known by size, and by any unambiguous beginning',
    'of their name. Counts are those of the vendors’ tables; BRAM18 and BRAM4 are memories of 18 and 4 Kbit.',
    '',
    ...table(
      ['part', 'what it is'],
      DEVICES.map((d) => [`\`${d.part}\``, deviceSummary(d)]),
    ),
  ]);

/** All generated pages. */
export const pages = (): ReadonlyMap<string, string> =>
  new Map(
    [
      ['docs/ops.md', opsPage()],
      ['docs/kernels.md', kernelsPage()],
      ['docs/passes.md', passesPage()],
      ['docs/onnx.md', onnxPage()],
      ['docs/diagnostics.md', diagnosticsPage()],
      ['docs/devices.md', devicesPage()],
    ].map(([path = '', text = '']) => [path, `${text.trimEnd()}\n`]),
  );
