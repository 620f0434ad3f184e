import { readFileSync } from 'node:fs';

/** `src/sim` and `dist/sim` both lie two levels below the package root. */
const ROOT = new URL('../../', import.meta.url);

/** A harness source of the package, such as `sim/rtl/driver.cpp`. */
export const harnessSource = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
