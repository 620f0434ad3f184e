import { Argument, type Command } from 'commander';
import { hostOps } from '../../host/ops/index.ts';
import { streamOperators } from '../../import/onnx/operators/index.ts';
import { tensorOps } from '../../ir/ops/index.ts';
import { DEVICES, deviceSummary } from '../../kernels/devices.ts';
import { kernels } from '../../kernels/index.ts';
import { passes } from '../../passes/index.ts';
import { EXIT, perform, verb } from '../command.ts';

interface Row {
  readonly name: string;
  readonly summary: string;
}

const LISTS: { readonly [what: string]: () => readonly Row[] } = {
  ops: () => [
    ...[...tensorOps.values()].map((o) => ({ name: o.kind, summary: o.summary })),
    { name: 'from ONNX', summary: [...streamOperators.keys()].sort().join(', ') },
    { name: 'on the host', summary: [...hostOps.keys()].sort().join(', ') },
  ],
  passes: () => [...passes.values()].map((p) => ({ name: p.name, summary: p.summary })),
  kernels: () =>
    [...kernels.values()].map((k) => ({
      name: k.kind,
      summary: k.implements ? `${k.summary} Implements ${k.implements.op}.` : k.summary,
    })),
  devices: () => DEVICES.map((d) => ({ name: d.part, summary: deviceSummary(d) })),
};

export const listCommand = (): Command =>
  verb('list', 'sluice list kernels')
    .addArgument(new Argument('<WHAT>').choices(Object.keys(LISTS)))
    .action((what: string, options: { readonly json?: boolean }) =>
      perform(options.json === true, async (out) => {
        const rows = LISTS[what]?.() ?? [];
        const width = Math.max(...rows.map((r) => r.name.length));
        for (const r of rows) out.say(`${r.name.padEnd(width)}  ${r.summary}`);
        out.json(rows);
        return EXIT.ok;
      }),
    );
