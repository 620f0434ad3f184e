import { invariant } from '../../diag/diagnostic.ts';
import type { Node } from '../../ir/graph.ts';
import { uniqueIdentifiers } from '../../kernels/axis.ts';
import type { MemoryFile, VerilogBinding } from '../../kernels/kernel.ts';
import type { FileContent } from '../fileset.ts';

export interface Memories {
  readonly files: readonly (readonly [string, FileContent])[];
  /** The path of a memory file, relative to the rtl folder, as the module's parameter takes it. */
  readonly pathOf: (memory: MemoryFile) => string;
}

/** Lays out every node's memory files as `mem/<node>_<name>.mem`, in `$readmemh` format. */
export function memoryFiles(nodes: readonly { node: Node; binding: VerilogBinding }[]): Memories {
  const all = nodes.flatMap(({ node, binding }) => binding.memories.map((memory) => ({ node, memory })));
  const names = uniqueIdentifiers(all.map(({ node, memory }) => `${node.name}_${shortName(memory.param)}`));
  const paths = new Map(all.map(({ memory }, i) => [memory, `mem/${names[i]}.mem`]));
  const pathOf = (memory: MemoryFile): string => {
    const path = paths.get(memory);
    invariant(path, `memory ${memory.param} was not laid out`);
    return path;
  };
  return { files: all.map(({ memory }) => [pathOf(memory), `${memory.words.join('\n')}\n`]), pathOf };
}

/** `WEIGHTS_FILE` → `weights`. */
const shortName = (param: string): string => param.toLowerCase().replace(/_?(file|mem)$/, '') || 'rom';
