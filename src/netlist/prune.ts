import { type Netlist, nodeAt, opAt, rangeAt } from './netlist.ts';
import { NetlistWriter } from './writer.ts';

/** The netlist without nodes that no output needs. Inputs stay, all of them: they are the ports. */
export function prune(net: Netlist): Netlist {
  const n = net.op.length;
  const needed = new Uint8Array(n);
  for (const { value } of [...net.inputs, ...net.outputs]) needed[value] = 1;
  for (let i = n - 1; i >= 0; i--) {
    if (needed[i] !== 1) continue;
    for (const a of nodeAt(net, i).args as Int32Array) if (a >= 0) needed[a] = 1;
  }
  if (needed.every((x) => x === 1)) return net;
  const place = new Int32Array(n).fill(-1);
  const names = new Map(net.inputs.map((p) => [p.value, p.name]));
  const w = new NetlistWriter();
  for (let i = 0; i < n; i++) {
    if (needed[i] !== 1) continue;
    const { args, params } = nodeAt(net, i);
    const moved = Array.from(args, (a) => (a < 0 ? a : (place[a] as number)));
    place[i] = w.push(opAt(net, i), moved, Array.from(params), rangeAt(net, i));
    const name = names.get(i);
    if (name !== undefined) w.port(name);
  }
  for (const { name, value } of net.outputs) w.output(name, place[value] as number);
  return w.finish(net.name);
}
