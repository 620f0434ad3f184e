/** A matrix times each vector of x, in three plain loops: what everything else is compared with. */
export function plainMatrix(x: Int32Array, w: Int32Array, y: Int32Array, rows: number, cols: number): void {
  for (let p = 0; p < x.length / cols; p++) {
    for (let r = 0; r < rows; r++) {
      let sum = 0;
      for (let k = 0; k < cols; k++) sum += (x[p * cols + k] as number) * (w[r * cols + k] as number);
      y[p * rows + r] = sum;
    }
  }
}
