import { type Netlist, nodeAt, opAt } from '../netlist.ts';
import type { NetNode, NetOp } from '../op.ts';
import { pinsOf } from '../pins.ts';

function argsText(op: NetOp, node: NetNode): string {
  if (op.arity !== 'pins') return Array.from(node.args, (a) => `%${a}`).join(', ');
  return pinsOf(node, op.params.length)
    .map((p) => (typeof p === 'number' ? `${p}` : `${p.invert ? '~' : ''}%${p.value}.${p.bit}`))
    .join(', ');
}

function paramsText(op: NetOp, node: NetNode): string {
  const parts = op.params.map((name, i) => {
    const v = node.params[i] as number;
    return `${name}=${op.words?.[name]?.[v] ?? v}`;
  });
  return parts.length === 0 ? '' : ` {${parts.join(', ')}}`;
}

function entriesText(op: NetOp, node: NetNode): string {
  if (!op.entries) return '';
  return ` [${Array.from(node.params)
    .slice(op.params.length + node.args.length)
    .join(', ')}]`;
}

/** The text of a netlist, one node a line; `parseNetlist` gives it back unchanged. */
export function printNetlist(net: Netlist): string {
  const lines = [`netlist 1 ${JSON.stringify(net.name)}`];
  const inputs = new Map(net.inputs.map((p) => [p.value, p.name]));
  for (let i = 0; i < net.op.length; i++) {
    const op = opAt(net, i);
    const node = nodeAt(net, i);
    const name = inputs.get(i);
    const port = name === undefined ? '' : ` ${JSON.stringify(name)}`;
    const body = `${op.name}(${argsText(op, node)})${paramsText(op, node)}${entriesText(op, node)}${port}`;
    lines.push(`%${i} = ${body} : ${net.lo[i]}..${net.hi[i]}`);
  }
  for (const { name, value } of net.outputs) lines.push(`output ${JSON.stringify(name)} = %${value}`);
  return `${lines.join('\n')}\n`;
}
