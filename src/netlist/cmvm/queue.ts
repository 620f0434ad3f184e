/** The keys with the highest scores first; among equal scores, the lower key. A binary heap on typed arrays. */
export class BestFirst {
  private scores = new Float64Array(1024);
  private keys = new Float64Array(1024);
  private size = 0;

  push(key: number, score: number): void {
    if (this.size === this.keys.length) this.grow();
    let i = this.size++;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (!this.before(key, score, up)) break;
      this.move(up, i);
      i = up;
    }
    this.keys[i] = key;
    this.scores[i] = score;
  }

  /** The best entry, taken out; undefined when none is left. */
  pop(): { key: number; score: number } | undefined {
    if (this.size === 0) return undefined;
    const top = { key: this.keys[0] as number, score: this.scores[0] as number };
    const last = --this.size;
    if (last > 0) this.sink(this.keys[last] as number, this.scores[last] as number);
    return top;
  }

  /** Is an entry better than the one at place `i`? */
  private before(key: number, score: number, i: number): boolean {
    const other = this.scores[i] as number;
    return score > other || (score === other && key < (this.keys[i] as number));
  }

  private move(from: number, to: number): void {
    this.keys[to] = this.keys[from] as number;
    this.scores[to] = this.scores[from] as number;
  }

  private sink(key: number, score: number): void {
    let i = 0;
    for (;;) {
      let down = 2 * i + 1;
      if (down >= this.size) break;
      const right = down + 1;
      if (right < this.size && this.before(this.keys[right] as number, this.scores[right] as number, down))
        down = right;
      if (this.before(key, score, down)) break;
      this.move(down, i);
      i = down;
    }
    this.keys[i] = key;
    this.scores[i] = score;
  }

  private grow(): void {
    const [scores, keys] = [this.scores, this.keys];
    this.scores = new Float64Array(scores.length * 2);
    this.keys = new Float64Array(keys.length * 2);
    this.scores.set(scores);
    this.keys.set(keys);
  }
}
