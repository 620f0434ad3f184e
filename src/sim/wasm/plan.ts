/** What to emit: the live nodes in order, cut into functions, and which of them need a local or a place in memory. */
import type { Graph } from './graph.ts';
import type { Lowered, Store } from './lower.ts';
import type { NodeId } from './node.ts';

/** V8 optimises functions of this many nodes well; larger ones cost more than they gain. */
const CHUNK_NODES = 6000;
const MAX_DEPTH = 24;

export interface Chunk {
  readonly nodes: readonly NodeId[];
  /** Stores whose old value nothing reads any more after this chunk. */
  readonly stores: readonly Store[];
  /** Stores that must wait for the end of the cycle: they go to a shadow limb first. */
  readonly deferred: readonly DeferredStore[];
}

export interface DeferredStore extends Store {
  readonly shadow: number;
}

export interface Plan {
  readonly chunks: readonly Chunk[];
  readonly chunkOf: Int32Array;
  /** Nodes built inside the expression of their only user. */
  readonly inlined: Uint8Array;
  /** Value uses of each node; a root counts as two. */
  readonly uses: Int32Array;
  /** Address of each node that is used in a later chunk than its own. */
  readonly slots: ReadonlyMap<NodeId, number>;
}

/** Roots of the commit: the operands of memory writes, evaluated in the last chunk. */
export function writeOperands(lowered: Lowered): NodeId[] {
  return lowered.writes.flatMap((write) => [write.enable, write.at, ...write.data, ...(write.mask ?? [])]);
}

export function planOf(lowered: Lowered, chunkNodes = CHUNK_NODES): Plan {
  const { graph, stores } = lowered;
  const count = graph.nodes.length;
  const uses = new Int32Array(count);
  const live = new Uint8Array(count);
  const lastUser = new Int32Array(count).fill(-1);
  const committed = writeOperands(lowered);
  for (const id of [...stores.map((store) => store.node), ...committed]) {
    uses[id] = (uses[id] ?? 0) + 2;
    live[id] = 1;
  }
  for (let id = count - 1; id >= 0; id--) {
    // A part has state, whether something depends on it or not.
    if (graph.node(id).op === 'part') live[id] = 1;
    if (live[id] !== 1) continue;
    for (const arg of graph.node(id).args) {
      uses[arg] = (uses[arg] ?? 0) + 1;
      live[arg] = 1;
      lastUser[arg] = Math.max(lastUser[arg] ?? -1, id);
    }
    for (const before of graph.node(id).after) live[before] = 1;
  }
  const order: NodeId[] = [];
  for (let id = 0; id < count; id++) if (live[id] === 1 && !isLeaf(graph, id)) order.push(id);
  const chunkOf = new Int32Array(count).fill(-1);
  for (const [i, id] of order.entries()) chunkOf[id] = Math.floor(i / chunkNodes);
  const last = Math.max(0, Math.ceil(order.length / chunkNodes) - 1);

  const inlined = inlinedNodes(graph, order, uses, lastUser, chunkOf);
  const slots = new Map<NodeId, number>();
  for (const id of order) {
    const user = lastUser[id] ?? -1;
    if (user >= 0 && (chunkOf[user] ?? 0) > (chunkOf[id] ?? 0)) slots.set(id, lowered.layout.allocate(1));
  }
  for (const id of committed) {
    if (!isLeaf(graph, id) && chunkOf[id] !== last && !slots.has(id)) slots.set(id, lowered.layout.allocate(1));
  }
  return { chunks: chunksOf(lowered, order, chunkOf, last), chunkOf, inlined, uses, slots };
}

/** Constants and loads are repeated where they are needed. */
export function isLeaf(graph: Graph, id: NodeId): boolean {
  const { op } = graph.node(id);
  return op === 'const' || op === 'load';
}

/** What parts, the host and spills leave at a known place is no register. */
function mayPeekState(graph: Graph, id: NodeId): boolean {
  const { op, args, after } = graph.node(id);
  return op === 'peek' && (args[0] !== graph.zero || after.length === 0);
}

function inlinedNodes(
  graph: Graph,
  order: readonly NodeId[],
  uses: Int32Array,
  lastUser: Int32Array,
  chunkOf: Int32Array,
): Uint8Array {
  const inlined = new Uint8Array(graph.nodes.length);
  const depth = new Uint8Array(graph.nodes.length);
  for (const id of order) {
    const node = graph.node(id);
    let deepest = 0;
    for (const arg of node.args) if (inlined[arg] === 1) deepest = Math.max(deepest, depth[arg] ?? 0);
    depth[id] = deepest + 1;
    const user = lastUser[id] ?? -1;
    const sameChunk = user >= 0 && chunkOf[user] === chunkOf[id];
    const hasValue = node.op !== 'spill' && node.op !== 'host' && node.op !== 'part';
    if (hasValue && uses[id] === 1 && sameChunk && deepest + 1 < MAX_DEPTH) inlined[id] = 1;
  }
  return inlined;
}

function chunksOf(lowered: Lowered, order: readonly NodeId[], chunkOf: Int32Array, last: number): Chunk[] {
  const { graph } = lowered;
  const chunkOfStore = (store: Store): number => (isLeaf(graph, store.node) ? last : (chunkOf[store.node] ?? last));
  const lastRead = new Map<number, number>();
  const noteRead = (id: NodeId, chunk: number): void => {
    const node = graph.node(id);
    if (node.op === 'load') lastRead.set(node.address, Math.max(chunk, lastRead.get(node.address) ?? -1));
  };
  const peeked = order.some((id) => mayPeekState(graph, id));
  for (const id of order) for (const arg of graph.node(id).args) noteRead(arg, chunkOf[id] ?? 0);
  for (const store of lowered.stores) noteRead(store.node, chunkOfStore(store));
  for (const id of writeOperands(lowered)) noteRead(id, last);

  const chunks = Array.from({ length: last + 1 }, () => ({
    nodes: [] as NodeId[],
    stores: [] as Store[],
    deferred: [] as DeferredStore[],
  }));
  for (const id of order) chunks[chunkOf[id] ?? 0]?.nodes.push(id);
  for (const store of lowered.stores) {
    const at = chunkOfStore(store);
    const chunk = chunks[at];
    // A shift by memory may read a register in place, by an address that is not known here.
    const readLater = (lastRead.get(store.address) ?? -1) > at || (peeked && at < last);
    if (readLater) chunk?.deferred.push({ ...store, shadow: lowered.layout.allocate(1) });
    else chunk?.stores.push(store);
  }
  return chunks;
}
