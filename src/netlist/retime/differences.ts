import { FlowNetwork } from './flow.ts';

/** Variables are integers that only grow; x[b] ≥ x[a] + gap. */
export class Differences {
  readonly x: Int32Array;
  /** What one unit of each variable costs. */
  readonly weight: Float64Array;
  private readonly most: Int32Array;
  private readonly a: number[] = [];
  private readonly b: number[] = [];
  private readonly gap: number[] = [];

  constructor(variables: number) {
    this.x = new Int32Array(variables);
    this.weight = new Float64Array(variables);
    this.most = new Int32Array(variables).fill(0x3fffffff);
  }

  atLeast(b: number, a: number, gap: number): void {
    this.a.push(a);
    this.b.push(b);
    this.gap.push(gap);
  }

  atMost(v: number, bound: number): void {
    this.most[v] = bound;
  }

  /** Raises variables as far as the constraints, in the order in which they were given, force it: b always after its a. */
  settle(): void {
    const { x } = this;
    for (let k = 0; k < this.a.length; k++) {
      const least = (x[this.a[k] as number] as number) + (this.gap[k] as number);
      if ((x[this.b[k] as number] as number) < least) x[this.b[k] as number] = least;
    }
  }

  /**
   * Minimises Σ weight · x from the least solution up. The objective is linear over difference constraints, hence
   * L♮-convex: raising by 1 the set that gains most, until none gains, ends at an optimum (Murota, Discrete Convex Analysis,
   * steepest descent). Such a set is a closure, found as a least cut. Stops early after so much `work`, in looks at arcs; every step is feasible.
   *
   * The flow of one step is one of the next, too: arcs that are no longer tight lead into the raised set, and across a
   * least cut nothing flows back.
   */
  minimise(work: number): boolean {
    const { x, weight, most } = this;
    const n = x.length;
    const [source, sink] = [n, n + 1];
    const variables = Array.from({ length: n }, (_, v) => v);
    const m = this.a.length;
    // Constraints, then an arc from the source and one to the sink for each variable.
    const net = new FlowNetwork(
      n + 2,
      [...this.a, ...variables.map(() => source), ...variables],
      [...this.b, ...variables, ...variables.map(() => sink)],
    );
    const tight = (k: number): boolean =>
      x[this.b[k] as number] === (x[this.a[k] as number] as number) + (this.gap[k] as number);
    const bound = (v: number): void => {
      if (x[v] === most[v]) net.widen(m + n + v, Number.POSITIVE_INFINITY);
    };
    const open = Uint8Array.from({ length: m }, (_, k) => (tight(k) ? 1 : 0));
    open.forEach((o, k) => {
      if (o === 1) net.widen(k, Number.POSITIVE_INFINITY);
    });
    for (const v of variables) {
      const w = weight[v] as number;
      if (w !== 0) net.widen(w < 0 ? m + v : m + n + v, Math.abs(w));
      bound(v);
    }
    for (;;) {
      const raised = net.sourceSide(source, sink, work);
      if (!raised) return false;
      const chosen = variables.filter((v) => raised[v] === 1);
      if (chosen.length === 0) return true;
      for (const v of chosen) {
        x[v] = (x[v] as number) + 1;
        bound(v);
      }
      for (let k = 0; k < m; k++) {
        const now = tight(k) ? 1 : 0;
        if (now === open[k]) continue;
        open[k] = now;
        if (now === 1) net.widen(k, Number.POSITIVE_INFINITY);
        else net.close(k);
      }
    }
  }
}
