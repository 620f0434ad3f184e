import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `body` so that a signal ends the process by way of `cleanup`, with the exit code that shells give to it. Outside
 * of this, signals end the process at once, as they do by default: long computations leave no room for handlers.
 */
export async function guarded<T>(cleanup: () => void, body: () => Promise<T>): Promise<T> {
  const handlers = SIGNALS.map((signal) => {
    const handler = (): void => {
      cleanup();
      process.exit(128 + constants.signals[signal]);
    };
    process.once(signal, handler);
    return { signal, handler };
  });
  try {
    return await body();
  } finally {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  }
}
