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
   * steepest descent). Such a set is a closure, found as a least cut. Stops early after `steps`; every step is feasible.
   */
  minimise(steps: number): boolean {
    for (let k = 0; k < steps; k++) if (!this.step()) return true;
    return false;
  }

  private step(): boolean {
    const { x, weight } = this;
    const n = x.length;
    const [source, sink] = [n, n + 1];
    const net = new FlowNetwork(n + 2);
    for (let v = 0; v < n; v++) {
      if (x[v] === this.most[v]) net.arc(v, sink, Number.POSITIVE_INFINITY);
      else if ((weight[v] as number) < 0) net.arc(source, v, -(weight[v] as number));
      else if ((weight[v] as number) > 0) net.arc(v, sink, weight[v] as number);
    }
    for (let k = 0; k < this.a.length; k++) {
      const [a, b] = [this.a[k] as number, this.b[k] as number];
      if (x[b] === (x[a] as number) + (this.gap[k] as number)) net.arc(a, b, Number.POSITIVE_INFINITY);
    }
    const raised = net.sourceSide(source, sink);
    let any = false;
    for (let v = 0; v < n; v++) {
      if (raised[v] !== 1) continue;
      any = true;
      x[v] = (x[v] as number) + 1;
    }
    return any;
  }
}
