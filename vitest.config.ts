import { defineConfig } from 'vitest/config';

/** Suites that run simulators, compilers, packages or thousands of cases. All others are part of `npm run check`. */
const SLOW = [
  'test/{badinput,cli,conformance,e2e,flow,fuzz,published}/**/*.test.ts',
  'test/emit/hls/**/*.test.ts',
  'test/emit/verilog.test.ts',
  'test/sim/{csim,wasm}/**/*.test.ts',
  'test/sim/{cycle,protocol}.test.ts',
  'test/**/*.slow.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: SLOW } },
      { extends: true, test: { name: 'slow', include: SLOW } },
    ],
  },
});
