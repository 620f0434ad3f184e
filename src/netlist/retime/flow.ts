import { invariant } from '../../diag/diagnostic.ts';

/**
 * A flow network as flat arrays: arc k and its reverse are 2k and 2k + 1. Flow is kept from one call to the next: what
 * changes little in between costs little.
 */
export class FlowNetwork {
  private readonly nodes: number;
  private readonly to: Int32Array;
  private readonly room: Float64Array;
  private readonly first: Int32Array;
  private readonly arcs: Int32Array;
  private work = 0;

  /** Arcs without capacity: arc k goes from `from[k]` to `to[k]`. */
  constructor(nodes: number, from: readonly number[], to: readonly number[]) {
    this.nodes = nodes;
    this.to = Int32Array.from({ length: 2 * to.length }, (_, a) => (a % 2 === 0 ? to : from)[a >> 1] as number);
    this.room = new Float64Array(2 * to.length);
    const { first, arcs } = adjacency(nodes, this.to);
    this.first = first;
    this.arcs = arcs;
  }

  /** Gives an arc more capacity. */
  widen(arc: number, by: number): void {
    this.room[2 * arc] = (this.room[2 * arc] as number) + by;
  }

  /** Takes the capacity of an arc that has no flow. */
  close(arc: number): void {
    invariant(this.room[2 * arc + 1] === 0, 'an arc with flow cannot be closed');
    this.room[2 * arc] = 0;
  }

  /**
   * Nodes that the source still reaches when the flow to the sink is the largest: the smallest source side of a least cut.
   * Undefined where that takes more than `most` looks at arcs, those of all calls together.
   */
  sourceSide(source: number, sink: number, most: number): Uint8Array | undefined {
    const { nodes, to, room, first, arcs } = this;
    const level = new Int32Array(nodes);
    const next = new Int32Array(nodes);
    const queue = new Int32Array(nodes);
    let work = 0;
    const spent = (): boolean => this.work + work > most;
    /** Levels are distances to the sink, so that few paths end nowhere. */
    const reaches = (): boolean => {
      level.fill(-1);
      level[sink] = 0;
      queue[0] = sink;
      let tail = 1;
      for (let head = 0; head < tail && level[source] === -1; head++) {
        const v = queue[head] as number;
        work += (first[v + 1] as number) - (first[v] as number);
        for (let k = first[v] as number; k < (first[v + 1] as number); k++) {
          const a = arcs[k] as number;
          const w = to[a] as number;
          if (level[w] === -1 && (room[a ^ 1] as number) > 0) {
            level[w] = (level[v] as number) + 1;
            queue[tail++] = w;
          }
        }
      }
      return level[source] !== -1;
    };
    const reached = (): Uint8Array => {
      const seen = new Uint8Array(nodes);
      seen[source] = 1;
      queue[0] = source;
      let tail = 1;
      for (let head = 0; head < tail; head++) {
        const v = queue[head] as number;
        for (let k = first[v] as number; k < (first[v + 1] as number); k++) {
          const a = arcs[k] as number;
          const w = to[a] as number;
          if (seen[w] === 1 || (room[a] as number) === 0) continue;
          seen[w] = 1;
          queue[tail++] = w;
        }
      }
      return seen;
    };
    const path = new Int32Array(nodes);
    /** Pushes along one shortest path after another until the level graph is blocked. */
    const block = (): void => {
      next.set(first.subarray(0, nodes));
      let depth = 0;
      let v = source;
      for (;;) {
        if (v === sink) {
          if (spent()) return;
          work += depth;
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
          if ((room[a] as number) > 0 && level[to[a] as number] === (level[v] as number) - 1) break;
          k++;
        }
        work += k - (next[v] as number) + 1;
        next[v] = k;
        if (k < end) {
          path[depth++] = arcs[k] as number;
          v = to[arcs[k] as number] as number;
          continue;
        }
        if (v === source) return;
        level[v] = nodes;
        v = to[(path[--depth] as number) ^ 1] as number;
        next[v] = (next[v] as number) + 1;
      }
    };
    while (reaches()) {
      block();
      if (spent()) return undefined;
    }
    this.work += work;
    return reached();
  }
}

/** Arcs by the node that they leave: the one to which their reverse goes. */
function adjacency(nodes: number, to: Int32Array): { first: Int32Array; arcs: Int32Array } {
  const first = new Int32Array(nodes + 1);
  for (const v of to) first[v + 1] = (first[v + 1] as number) + 1;
  for (let v = 0; v < nodes; v++) first[v + 1] = (first[v + 1] as number) + (first[v] as number);
  const place = first.slice(0, nodes);
  const arcs = new Int32Array(to.length);
  to.forEach((v, a) => {
    arcs[place[v] as number] = a ^ 1;
    place[v] = (place[v] as number) + 1;
  });
  return { first, arcs };
}
