/** Latency and initiation interval of a run without stalls, in cycles. */
export interface CycleFigures {
  /** From the first input handshake to the first output handshake. */
  readonly latency: number;
  /** Between the last output beats of the last two frames, of the slowest output; null for a single frame. */
  readonly ii: number | null;
}

/** The figures of handshake cycles per port, whoever measured them: the cycle simulator or RTL. */
export function cycleFigures(
  inputs: readonly Float64Array[],
  outputs: readonly Float64Array[],
  beatsPerFrame: readonly number[],
): CycleFigures {
  const first = (ports: readonly Float64Array[]): number => Math.min(...ports.map((p) => p[0] ?? Number.NaN));
  const intervals = outputs.map((cycles, j) => interval(cycles, beatsPerFrame[j] as number));
  return {
    latency: first(outputs) - first(inputs),
    ii: intervals.some((ii) => ii === null) ? null : Math.max(...intervals.map(Number)),
  };
}

function interval(cycles: Float64Array, beats: number): number | null {
  const frames = Math.floor(cycles.length / beats);
  const end = (frame: number): number => cycles[(frame + 1) * beats - 1] as number;
  return frames < 2 ? null : end(frames - 1) - end(frames - 2);
}
