/** A flow network as flat arrays: arc k and its reverse are 2k and 2k + 1. */
export class FlowNetwork {
  private readonly nodes: number;
  private readonly to: number[] = [];
  private readonly room: number[] = [];
  private readonly from: number[] = [];

  constructor(nodes: number) {
    this.nodes = nodes;
  }

  arc(from: number, to: number, capacity: number): void {
    this.from.push(from, to);
    this.to.push(to, from);
    this.room.push(capacity, 0);
  }

  /** Nodes that the source still reaches when the flow to the sink is the largest: the smallest source side of a least cut. */
  sourceSide(source: number, sink: number): Uint8Array {
    const { nodes } = this;
    const [to, room] = [Int32Array.from(this.to), Float64Array.from(this.room)];
    const { first, arcs } = adjacency(nodes, this.from);
    const level = new Int32Array(nodes);
    const next = new Int32Array(nodes);
    const queue = new Int32Array(nodes);
    const reaches = (): boolean => {
      level.fill(-1);
      level[source] = 0;
      queue[0] = source;
      let tail = 1;
      for (let head = 0; head < tail; head++) {
        const v = queue[head] as number;
        for (let k = first[v] as number; k < (first[v + 1] as number); k++) {
          const a = arcs[k] as number;
          const w = to[a] as number;
          if (level[w] === -1 && (room[a] as number) > 0) {
            level[w] = (level[v] as number) + 1;
            queue[tail++] = w;
          }
        }
      }
      return level[sink] !== -1;
    };
    const path = new Int32Array(nodes);
    /** Pushes along one shortest path after another until the level graph is blocked. */
    const block = (): void => {
      next.set(first.subarray(0, nodes));
      let depth = 0;
      let v = source;
      for (;;) {
        if (v === sink) {
          let least = Number.POSITIVE_INFINITY;
          for (let d = 0; d < depth; d++) least = Math.min(least, room[path[d] as number] as number);
          let cut = depth;
          for (let d = depth - 1; d >= 0; d--) {
            const a = path[d] as number;
            room[a] = (room[a] as number) - least;
            room[a ^ 1] = (room[a ^ 1] as number) + least;
            if (room[a] === 0) cut = d;
          }
          depth = cut;
          v = to[(path[depth] as number) ^ 1] as number;
          continue;
        }
        const end = first[v + 1] as number;
        let k = next[v] as number;
        while (k < end) {
          const a = arcs[k] as number;
          if ((room[a] as number) > 0 && level[to[a] as number] === (level[v] as number) + 1) break;
          k++;
        }
        next[v] = k;
        if (k < end) {
          path[depth++] = arcs[k] as number;
          v = to[arcs[k] as number] as number;
          continue;
        }
        if (v === source) return;
        level[v] = -1;
        v = to[(path[--depth] as number) ^ 1] as number;
        next[v] = (next[v] as number) + 1;
      }
    };
    while (reaches()) block();
    return Uint8Array.from(level, (l) => (l === -1 ? 0 : 1));
  }
}

/** Arcs by the node that they leave. */
function adjacency(nodes: number, from: readonly number[]): { first: Int32Array; arcs: Int32Array } {
  const first = new Int32Array(nodes + 1);
  for (const v of from) first[v + 1] = (first[v + 1] as number) + 1;
  for (let v = 0; v < nodes; v++) first[v + 1] = (first[v + 1] as number) + (first[v] as number);
  const place = first.slice(0, nodes);
  const arcs = new Int32Array(from.length);
  from.forEach((v, a) => {
    arcs[place[v] as number] = a;
    place[v] = (place[v] as number) + 1;
  });
  return { first, arcs };
}
