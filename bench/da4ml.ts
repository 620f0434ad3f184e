/**
 * da4ml, run beside ours on the same matrices: version 0.6.0 from the Python registry, in an environment of its own below
 * the system's folder for temporary files. Where Python or the registry is not there, there is nothing to compare with.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MatrixCase } from './matrices.ts';

export interface Peer {
  readonly adders: number;
  /** By its own cost model: bits of adders. */
  readonly luts: number;
  readonly depth: number;
  readonly seconds: number;
}

const VERSION = '0.6.0';
const FOLDER = join(tmpdir(), `sluice-bench-da4ml-${VERSION}`);
const PYTHON = join(FOLDER, 'bin', 'python');

/** Reads matrices from its standard input; its default delay constraint, costs in bits, depths in adders. */
const SCRIPT = `
import json, sys, time
import numpy as np
from da4ml.cmvm import solve
case = json.load(sys.stdin)
w = np.array(case["weights"], dtype=np.float32).reshape(case["rows"], case["cols"]).T.copy()
q = [(float(case["lo"]), float(case["hi"]), 1.0)] * case["cols"]
start = time.time()
plain = solve(w, qintervals=q, hard_dc=2)
seconds = time.time() - start
priced = solve(w, qintervals=q, hard_dc=2, adder_size=1)
ops = [op for stage in plain.solutions for op in stage.ops]
print(json.dumps({"adders": sum(op.opcode in (0, 1) for op in ops), "luts": priced.cost, "depth": max(plain.latency), "seconds": seconds}))
`;

function call(program: string, args: readonly string[], input = '', timeout = 600_000): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { timeout, maxBuffer: 1 << 26 }, (error, stdout) => {
      resolve(error ? undefined : stdout);
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Whether da4ml can be called; installs it where it is not there yet. */
export async function haveDa4ml(): Promise<boolean> {
  if (!existsSync(PYTHON) && (await call('python3', ['-m', 'venv', FOLDER])) === undefined) return false;
  if ((await call(PYTHON, ['-c', 'import da4ml'])) !== undefined) return true;
  return (await call(PYTHON, ['-m', 'pip', 'install', '--quiet', `da4ml==${VERSION}`])) !== undefined;
}

/** What da4ml makes of a matrix; undefined where it has no answer within `timeout` milliseconds. */
export async function da4ml(matrix: MatrixCase, timeout: number): Promise<Peer | undefined> {
  const { rows, cols, lo, hi, weights } = matrix;
  const out = await call(PYTHON, ['-c', SCRIPT], JSON.stringify({ rows, cols, lo, hi, weights }), timeout);
  return out === undefined ? undefined : (JSON.parse(out) as Peer);
}
