/** A measured number, and how it stands against something measured in the same run. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly against?: { readonly what: string; readonly ratio: number };
  /** Processor time of the whole process, in seconds: what a busy machine leaves comparable. */
  readonly cpu?: number;
  /** Most memory that the process held, in MB. */
  readonly peak?: number;
}

export interface Benchmark {
  readonly name: string;
  readonly summary: string;
  /** Rows; those of long runs are told as they come, too, so that a run that is cut short has told them. */
  readonly run: (tell: (rows: readonly Row[]) => void) => Promise<readonly Row[]>;
}

/** Seconds of the fastest of `times` calls: what disturbs a measurement only ever makes it slower. */
export function fastest(times: number, call: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    call();
    best = Math.min(best, performance.now() - start);
  }
  return best / 1000;
}

/** Most memory that this process has held so far, in MB. */
export const peakOfProcess = (): number => process.resourceUsage().maxRSS / 1024;
