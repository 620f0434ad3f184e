import { fail } from '../../diag/diagnostic.ts';
import { simulatorOutput } from '../../diag/messages-emit.ts';
import type { MemoryRead } from '../../kernels/cycles.ts';
import type { RtlJob, RtlResult } from '../rtl.ts';

/**
 * Reads what the bench prints under `+trace`: `I <port> <cycle>`, `O <port> <cycle> <beat>`,
 * `R <master> <cycle> <address> <beats>`, `V <violation>`,
 * `E <cycles> <hung>`. Unknown digits become 0; the bench has reported them as violations.
 */
export function parseTrace(text: string, job: RtlJob): RtlResult {
  const inputCycles: number[][] = job.inputs.map(() => []);
  const outputs = job.outputs.map(() => ({ cycles: [] as number[], beats: [] as Buffer[] }));
  const reads: MemoryRead[][] = (job.memory?.masters ?? []).map(() => []);
  const violations: string[] = [];
  let end: { totalCycles: number; hung: boolean } | undefined;
  for (const line of text.split('\n')) {
    const [tag, a = '', b = '', c = '', d = ''] = line.split(' ');
    if (tag === 'I') inputCycles[Number(a)]?.push(Number(b));
    else if (tag === 'O') {
      outputs[Number(a)]?.cycles.push(Number(b));
      outputs[Number(a)]?.beats.push(Buffer.from(c.replace(/[^0-9a-f]/g, '0'), 'hex').reverse());
    } else if (tag === 'R') reads[Number(a)]?.push({ cycle: Number(b), address: Number(c), beats: Number(d) });
    else if (tag === 'V') violations.push(line.slice(2));
    else if (tag === 'E') end = { totalCycles: Number(a), hung: b === '1' };
  }
  if (!end)
    fail(
      simulatorOutput('vvp', text.trim().split('\n').slice(-3).join(' / ') || 'nothing was printed', 'above'),
      'tool',
    );
  for (const [i, { port, beats }] of job.inputs.entries()) {
    const missing = beats.length / (port.width / 8) - (inputCycles[i]?.length ?? 0);
    if (!end.hung && missing > 0) violations.push(`${port.name}: ${missing} beats were never taken`);
  }
  return {
    ...end,
    reads,
    inputCycles: inputCycles.map((cycles) => Float64Array.from(cycles)),
    outputs: outputs.map((o) => ({
      cycles: Float64Array.from(o.cycles),
      beats: Uint8Array.from(Buffer.concat(o.beats)),
    })),
    violations,
  };
}
