/**
 * A very large circuit in parts. Every tool that reads Verilog or C++ needs far more memory than the text has bytes; the
 * embedded simulator and C++ compilers can read one part after another.
 */
import type { Netlist } from '../netlist/netlist.ts';
import { isKnown } from '../netlist/pipeline.ts';
import { freePrefix } from './prefix.ts';

/** A signal or variable, and what it is made of. */
export interface Named {
  readonly name: string;
  readonly reads: readonly string[];
}

/** Signals that follow each other. */
export interface Part<S extends Named> {
  readonly signals: readonly S[];
  /** What it reads from outside, each once. */
  readonly inputs: readonly string[];
  /** What is read outside of it. */
  readonly outputs: readonly S[];
}

/** Most signals of a part, and of a circuit that is in one piece. */
const PART_SIGNALS = 20_000;
const WHOLE_SIGNALS = 50_000;

/** How large circuits are divided; what is left out has its usual value. */
export interface Sizes {
  /** Most signals of a circuit in one piece, not counting registers. */
  readonly whole?: number;
  /** Most signals of a part; in Verilog registers are signals, too. */
  readonly most?: number;
  /** Tables, from so many on modules of their own. */
  readonly tables?: number;
}

/** How the names of parts begin, and their size. */
export interface PartNames {
  readonly prefix: string;
  readonly most?: number;
}

/** Undefined for a circuit that stays in one piece. `taken`: names that none of its parts may have. */
export function partNames(
  net: Netlist,
  circuit: string,
  taken: readonly string[],
  { whole, most }: Sizes,
): PartNames | undefined {
  if (!isLarge(net, whole)) return undefined;
  return { prefix: freePrefix(`${circuit}_part`, taken), ...(most === undefined ? {} : { most }) };
}

/** Whether a circuit has more than `whole` signals, not counting registers. */
export function isLarge(net: Netlist, whole = WHOLE_SIGNALS): boolean {
  let signals = 0;
  for (let i = 0; i < net.op.length; i++) if (!isKnown(net, i)) signals++;
  return signals > whole;
}

/**
 * Divides signals, each behind those that it reads, into parts of at most `most`: none reads a later part. Groups, such as the
 * stages of a pipeline, have no part in common. `results`: what is read outside of the circuit.
 */
export function divide<S extends Named>(
  groups: readonly (readonly S[])[],
  results: ReadonlySet<string>,
  most = PART_SIGNALS,
): Part<S>[] {
  const parts = groups.flatMap((signals) => chunks(signals, most));
  const partOf = new Map(parts.flatMap((signals, k) => signals.map((s) => [s.name, k] as const)));
  const read = new Set(results);
  const inputs = parts.map((signals, k) => {
    const names = new Set(signals.flatMap((s) => s.reads).filter((name) => partOf.get(name) !== k));
    for (const name of names) read.add(name);
    return [...names];
  });
  return parts.map((signals, k) => ({
    signals,
    inputs: inputs[k] as string[],
    outputs: signals.filter((s) => read.has(s.name)),
  }));
}

function chunks<T>(list: readonly T[], most: number): T[][] {
  const count = Math.ceil(list.length / most);
  const size = Math.ceil(list.length / count);
  return Array.from({ length: count }, (_, k) => list.slice(k * size, (k + 1) * size));
}
