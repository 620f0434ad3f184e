/**
 * da4ml, run beside ours on the same matrices: version 0.6.0 from the Python registry, in an environment of its own below
 * the system's folder for temporary files. Where Python or the registry is not there, there is nothing to compare with.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Layers } from './layers.ts';
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

/** A network as da4ml builds it. */
export interface PeerNetwork {
  readonly cycles: number;
  readonly adders: number;
  readonly seconds: number;
  /** What it makes of the given frames. */
  readonly outputs: readonly (readonly number[])[];
}

/**
 * Its own tracer, default delay constraint, registers every five adders. Its saturating quantiser knows two roundings: down,
 * and half up, which stands for half to even as well.
 */
const NETWORK_SCRIPT = `
import json, sys, time
import numpy as np
from da4ml.trace import FixedVariableArrayInput, HWConfig, comb_trace, to_pipeline
from da4ml.codegen import RTLModel
case = json.load(sys.stdin)
def kif(lo, hi):
    return int(lo < 0), int(max(-lo, hi + 1)).bit_length() - 1, 0
start = time.time()
x = FixedVariableArrayInput(case["layers"][0]["cols"], HWConfig(1, -1, -1), {"hard_dc": 2})
frame = x
x = x.quantize(*kif(case["lo"], case["hi"]))
for l in case["layers"]:
    w = np.array(l["weights"], dtype=np.float64).reshape(l["rows"], l["cols"]).T
    x = (x @ w) * l["scale"] + np.array(l["bias"])
    if l["relu"]:
        x = x.relu()
    x = (x * l["steps"]).quantize(*kif(l["lo"], l["hi"]), "SAT", "TRN" if l["rounding"] == "FLOOR" else "RND")
comb = comb_trace(frame, x)
pipe = to_pipeline(comb, 5, verbose=False)
seconds = time.time() - start
RTLModel(pipe, "peer", case["folder"], "verilog", print_latency=False).write()
outputs = comb.predict(np.array(case["frames"], dtype=np.float64)).tolist()
adders = sum(op.opcode in (0, 1) for op in comb.ops)
print(json.dumps({"cycles": len(pipe.solutions), "adders": adders, "seconds": seconds, "outputs": outputs}))
`;

/** Writes da4ml's pipelined Verilog of a network into a folder, module `peer`; undefined where it cannot. */
export async function da4mlNetwork(
  net: Layers,
  frames: readonly (readonly number[])[],
  folder: string,
): Promise<PeerNetwork | undefined> {
  const out = await call(PYTHON, ['-c', NETWORK_SCRIPT], JSON.stringify({ ...net, frames, folder }));
  return out === undefined ? undefined : (JSON.parse(out) as PeerNetwork);
}
