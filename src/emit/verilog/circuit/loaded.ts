import type { RegisteredCircuit } from '../../../kernels/kernel.ts';
import { LOAD } from '../../../kernels/unrolled/load.ts';
import { bitsAt, parameterStages } from '../../../netlist/pipeline.ts';

/**
 * Parameters that are loaded: one chain of shadow registers, and for each stage that reads a parameter a register of its own. A
 * commit is a token that moves with the frames: it makes stage k take the new values just behind the last frame of the old ones.
 */
export function loadedLines(p: RegisteredCircuit, nameAt: (v: number, at: number) => string): string[] {
  const { net, parameters, triplicated } = p;
  if (parameters.length === 0) return [];
  const inputs = net.inputs.slice(net.inputs.length - parameters.length);
  const places: { value: number; from: number; bits: number; start: bigint }[] = [];
  let size = 0;
  let whole = 0n;
  inputs.forEach(({ value }, k) => {
    const bits = bitsAt(net, value);
    const start = BigInt.asUintN(bits, BigInt(parameters[k] as number));
    places.push({ value, from: size, bits, start });
    whole |= start << BigInt(size);
    size += bits;
  });
  const stages = parameterStages(p);
  const top = Math.max(0, ...[...stages.values()].flat());
  const register = (name: string, bits: number, start: bigint, enable: string, next: string): string[] => {
    const first = `${bits}'h${start.toString(16)}`;
    if (triplicated) {
      return [
        `wire [${bits - 1}:0] ${name};`,
        `sluice_tmr #(.WIDTH(${bits}), .RESET(1), .VALUE(${first})) r_${name} (.clk(clk), .rst(rst), .ce(${enable}), .d(${next}), .q(${name}));`,
      ];
    }
    return [
      `reg [${bits - 1}:0] ${name};`,
      `always @(posedge clk) if (rst) ${name} <= ${first}; else if (${enable}) ${name} <= ${next};`,
    ];
  };
  const moved = size === 1 ? LOAD.data : `{${LOAD.data}, chain[${size - 1}:1]}`;
  const passed = top === 0 ? 'start' : `{swap[${top - 1}:0], start}`;
  const waits = top === 0 ? 'swap | start' : `swap | {${top}'d0, start}`;
  return [
    ...register('chain', size, whole, `${LOAD.shift} && !${LOAD.busy}`, moved),
    `wire start = ${LOAD.commit} && !${LOAD.shift} && !${LOAD.busy};`,
    ...register('swap', top + 1, 0n, "1'b1", `ce ? ${passed} : ${waits}`),
    `assign ${LOAD.busy} = |swap;`,
    ...places.flatMap(({ value, from, bits, start }) =>
      (stages.get(value) ?? []).flatMap((at) =>
        register(nameAt(value, at), bits, start, `ce && swap[${at}]`, `chain[${from + bits - 1}:${from}]`),
      ),
    ),
    `wire unused_chain = &{1'b0, chain};`,
  ];
}
