import { type Diagnostic, error } from './diagnostic.ts';

/** E04xx: building hardware. */
export const noKernel = (node: string, op: string, origin?: string): Diagnostic =>
  error('E0401', node, `no kernel implements ${op}`, '`sluice list kernels` names those there are', origin);

export const illegalFolding = (node: string, why: string, legal: readonly number[], origin?: string): Diagnostic =>
  error('E0402', node, why, `choose ${orList(legal)}`, origin);

export const unknownFoldingNode = (node: string, known: readonly string[]): Diagnostic =>
  error(
    'E0403',
    node,
    'the folding file names a node that the network does not have',
    `its foldable nodes are ${known.join(', ')}`,
  );

export const unknownKnob = (node: string, knob: string, known: readonly string[], origin?: string): Diagnostic =>
  error(
    'E0404',
    node,
    `it has no ${knob}`,
    known.length > 0 ? `it has ${known.join(' and ')}` : 'it has no folding',
    origin,
  );

export const deadlock = (graph: string, edges: string): Diagnostic =>
  error('E0405', graph, `the network deadlocks: ${edges}`, 'give these FIFOs more room');

export const unknownFifo = (name: string, known: readonly string[]): Diagnostic =>
  error('E0410', name, 'the network has no FIFO of this name', `its FIFOs are ${known.join(', ')}`);

export const fpsWithoutClock = (): Diagnostic =>
  error('E0406', '--target-fps', 'it needs a positive clock', 'give --clock MHZ');

export const targetMissed = (node: string, target: number, has: number): Diagnostic => ({
  code: 'W0407',
  severity: 'warning',
  subject: node,
  message: `it takes ${has} cycles per frame even fully unfolded, the target is ${target}`,
  help: `the network runs at an initiation interval of ${has}`,
});

export const noCircuit = (node: string, op: string, origin?: string): Diagnostic =>
  error(
    'E0408',
    node,
    `${op} has no form as a circuit of shift-adds`,
    'build it with --arch streaming or pixelwise',
    origin,
  );

export const onlyCircuits = (graph: string): Diagnostic =>
  error(
    'E0409',
    graph,
    '--tmr and --weights runtime are for designs of one circuit; this one also has FIFOs or other kernels',
    'give --arch unrolled and a network with one input and one output; or leave them',
  );

/** `over`: each resource that is short, in words. */
export const doesNotFit = (where: string, goal: string, over: readonly string[], nearest: string): Diagnostic =>
  error('E0420', where, `no design found that fits ${goal}: ${over.join(', ')}`, nearest);

export const fitWithoutBudget = (): Diagnostic =>
  error(
    'E0421',
    '--fit',
    'it needs a device of known size, or a budget',
    'give --device with one of `sluice list devices`',
  );

const orList = (v: readonly number[]): string =>
  v.length > 1 ? `${v.slice(0, -1).join(', ')} or ${v[v.length - 1]}` : `${v[0] ?? 'nothing'}`;
