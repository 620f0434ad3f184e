import { invariant } from '../../diag/diagnostic.ts';

/**
 * A flow network as flat arrays, the arcs of a node side by side, so that a search reads memory in order. Every arc has its reverse.
 * Flow is kept from one call to the next: what changes little in between costs little.
 */
export class FlowNetwork {
  private readonly nodes: number;
  /** The arcs that leave node v are first[v] to first[v + 1] − 1. */
  private readonly first: Int32Array;
  private readonly to: Int32Array;
  private readonly reverse: Int32Array;
  /** What may still flow along an arc, and along its reverse. */
  private readonly room: Float64Array;
  private readonly back: Float64Array;
  /** Where the arc with a number is. */
  private readonly place: Int32Array;
  private work = 0;

  /** Arcs without capacity: arc k goes from `from[k]` to `to[k]`. */
  constructor(nodes: number, from: readonly number[], to: readonly number[]) {
    this.nodes = nodes;
    const m = from.length;
    this.first = new Int32Array(nodes + 1);
    for (const ends of [from, to]) for (const v of ends) this.first[v + 1] = (this.first[v + 1] as number) + 1;
    for (let v = 0; v < nodes; v++) this.first[v + 1] = (this.first[v + 1] as number) + (this.first[v] as number);
    const next = this.first.slice(0, nodes);
    const put = (v: number): number => {
      const at = next[v] as number;
      next[v] = at + 1;
      return at;
    };
    this.to = new Int32Array(2 * m);
    this.reverse = new Int32Array(2 * m);
    this.room = new Float64Array(2 * m);
    this.back = new Float64Array(2 * m);
    this.place = new Int32Array(m);
    for (let k = 0; k < m; k++) {
      const [v, w] = [from[k] as number, to[k] as number];
      const [a, b] = [put(v), put(w)];
      this.to[a] = w;
      this.to[b] = v;
      this.reverse[a] = b;
      this.reverse[b] = a;
      this.place[k] = a;
    }
  }

  /** Gives an arc more capacity. */
  widen(arc: number, by: number): void {
    this.grow(this.place[arc] as number, by);
  }

  /** Takes the capacity of an arc that has no flow. */
  close(arc: number): void {
    const a = this.place[arc] as number;
    invariant(this.back[a] === 0, 'an arc with flow cannot be closed');
    this.room[a] = 0;
    this.back[this.reverse[a] as number] = 0;
  }

  private grow(a: number, by: number): void {
    const { room, back, reverse } = this;
    const r = reverse[a] as number;
    room[a] = (room[a] as number) + by;
    back[r] = (back[r] as number) + by;
  }

  /**
   * Nodes that the source still reaches when the flow to the sink is the largest: the smallest source side of a least cut.
   * Undefined where that takes more than `most` looks at arcs, those of all calls together.
   */
  sourceSide(source: number, sink: number, most: number): Uint8Array | undefined {
    const { nodes, to, room, back, reverse, first } = this;
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
        for (let a = first[v] as number; a < (first[v + 1] as number); a++) {
          if (back[a] === 0) continue;
          const w = to[a] as number;
          if (level[w] !== -1) continue;
          level[w] = (level[v] as number) + 1;
          queue[tail++] = w;
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
        for (let a = first[v] as number; a < (first[v + 1] as number); a++) {
          if (room[a] === 0) continue;
          const w = to[a] as number;
          if (seen[w] === 1) continue;
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
            this.grow(a, -least);
            this.grow(reverse[a] as number, least);
            if (room[a] === 0) cut = d;
          }
          depth = cut;
          v = to[reverse[path[depth] as number] as number] as number;
          continue;
        }
        const end = first[v + 1] as number;
        let a = next[v] as number;
        while (a < end && (room[a] === 0 || level[to[a] as number] !== (level[v] as number) - 1)) a++;
        work += a - (next[v] as number) + 1;
        next[v] = a;
        if (a < end) {
          path[depth++] = a;
          v = to[a] as number;
          continue;
        }
        if (v === source) return;
        level[v] = nodes;
        v = to[reverse[path[--depth] as number] as number] as number;
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
