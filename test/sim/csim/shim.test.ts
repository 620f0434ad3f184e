/** Our integer headers against AMD's: one random program, compiled with either, must print the same. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { type Rng, rng } from '../../conformance/case.ts';
import { hasCompiler } from '../../tools.ts';
import { amdHeaders } from './amd.ts';

const run = promisify(execFile);
const OURS = fileURLToPath(new URL('../../../sim/hls/include', import.meta.url));
const CASES = Number(process.env['SLUICE_CASES'] ?? 3);

/** Prints a value of any width as words of 32 bits, and the width of its type. */
const PRELUDE = `#include <cstdio>
#include "ap_int.h"
template <int W, bool S> void show(const ap_int_base<W, S>& x) {
  std::printf("%d%c", W, S ? 's' : 'u');
  for (int i = 0; i < W; i += 32) std::printf(" %x", ap_uint<32>(x.range(i + 31 < W ? i + 31 : W - 1, i)).to_uint());
  std::printf("\\n");
}
void show(bool b) { std::printf("%d\\n", b); }
#define SHOW(...) (std::printf("%s: ", #__VA_ARGS__), show(__VA_ARGS__))
template <typename T> T make(const unsigned* w) {
  T x = 0;
  for (int i = 0; i < T::width; i++) x[i] = (w[i / 32] >> (i % 32)) & 1;
  return x;
}
`;

const width = (r: Rng): number =>
  r.pick([1, 2, 3, r.int(4, 20), 31, 32, 33, r.int(34, 62), 63, 64, 65, r.int(66, 300)]);

/** An integer variable of the block. */
interface Operand {
  readonly bits: number;
  readonly signed: boolean;
  readonly declaration: string;
}

function operand(r: Rng, name: string): Operand {
  const bits = width(r);
  const signed = r.chance(0.5);
  const type = `ap_${signed ? '' : 'u'}int<${bits}>`;
  const fill = r.pick([() => 0, () => 0xffffffff, () => r.int(0, 0xffffffff), () => r.int(0, 0xffffffff)]);
  const words = Array.from({ length: Math.ceil(bits / 32) }, () => `${fill()}u`);
  const declaration = `const unsigned ${name}w[] = {${words}}; ${type} ${name} = make<${type} >(${name}w);`;
  return { bits, signed, declaration };
}

/** Comparisons that our headers refuse, because AMD's compare a signed operand as an unsigned one. */
function comparable(a: Operand, b: Operand): boolean {
  if (a.signed === b.signed) return true;
  const [s, u] = a.signed ? [a.bits, b.bits] : [b.bits, a.bits];
  return u < 32 || s > u;
}

/** Statements on two random integers and a native one. */
function block(r: Rng): string {
  const [a, b] = [operand(r, 'a'), operand(r, 'b')];
  const lo = r.int(0, a.bits - 1);
  const hi = r.int(lo, a.bits - 1);
  const n = r.int(0, a.bits + 3);
  const k = `(${r.pick(['(int)', '(unsigned)', '(short)', '(unsigned char)', '(long long)'])}${r.int(-200, 200)})`;
  const lines = [a.declaration, b.declaration];
  for (const op of ['+', '-', '*', '&', '|', '^'])
    lines.push(`SHOW(a ${op} b);`, `SHOW(a ${op} ${k});`, `SHOW(${k} ${op} b);`);
  for (const op of ['==', '!=', '<', '<=', '>', '>=']) lines.push(`SHOW(a ${op} ${comparable(a, b) ? 'b' : 'a'});`);
  if (a.signed === b.signed && a.bits <= 62 && b.bits <= 62) lines.push('if (b != 0) { SHOW(a / b); SHOW(a % b); }');
  lines.push(
    'SHOW(-a); SHOW(-b); SHOW(~a); SHOW(!a); SHOW(a << 1); SHOW(b >> 1);',
    `SHOW(a << ${n}); SHOW(a >> ${n});`,
  );
  lines.push(`SHOW(a == ${r.int(0, 200)}); SHOW(${r.int(0, 200)} < a); SHOW(a.to_int64() == b.to_int64());`);
  lines.push(`SHOW(ap_uint<300>(a.range(${hi}, ${lo}))); SHOW(a[${lo}]);`);
  lines.push(`SHOW(ap_int<${width(r)}>(a)); SHOW(ap_uint<${width(r)}>(a * b + a));`);
  lines.push(`std::printf("%d %u %lld\\n", a.to_int(), b.to_uint(), (long long)a.to_int64());`);
  for (const op of ['+=', '-=', '*=', '&=', '|=', '^=']) lines.push(`a ${op} b; SHOW(a);`, `a ${op} ${k}; SHOW(a);`);
  lines.push('SHOW(a++); SHOW(++a); SHOW(a--); SHOW(--a);', `a <<= ${n % 8}; SHOW(a); a >>= ${n % 5}; SHOW(a);`);
  lines.push(`a.range(${hi}, ${lo}) = b; SHOW(a); a[${lo}] = 1; SHOW(a); a(${hi}, ${lo}) = ${r.int(0, 99)}; SHOW(a);`);
  lines.push('a = b; SHOW(a); SHOW(a.or_reduce()); SHOW(a.and_reduce()); SHOW(a.sign());');
  return `void f$() { ${lines.join('\n  ')} }`;
}

it.skipIf(!hasCompiler)("agrees with AMD's ap_int on random programs", async (context) => {
  const amd = await amdHeaders();
  if (amd === undefined) return context.skip('the ap_types headers cannot be had: pip download hls4ml');
  const r = rng(Number(process.env['SLUICE_SEED'] ?? 7));
  const blocks = Array.from({ length: CASES }, (_, i) => block(r).replace('f$', `f${i}`));
  const calls = blocks.map((_, i) => `  std::printf("case ${i}\\n"); f${i}();`);
  const dir = await mkdtemp(join(tmpdir(), 'sluice-shim-'));
  try {
    await writeFile(join(dir, 'p.cpp'), `${PRELUDE}${blocks.join('\n')}\nint main() {\n${calls.join('\n')}\n}\n`);
    const printed: string[][] = [];
    for (const include of [OURS, amd]) {
      await run('c++', ['-std=c++14', '-O0', '-w', '-I', include, 'p.cpp', '-o', 'p'], { cwd: dir });
      printed.push((await run(join(dir, 'p'), [], { maxBuffer: 1 << 26 })).stdout.split('\n'));
    }
    const [ours = [], theirs = []] = printed;
    expect(ours.length).toBeGreaterThan(CASES * 60);
    const at = ours.findIndex((line, i) => line !== theirs[i]);
    const where = ours
      .slice(0, at + 1)
      .filter((line) => line.startsWith('case'))
      .pop();
    expect(at < 0 ? 'equal' : `${where}: ours ${ours[at]}, AMD's ${theirs[at]}`).toBe('equal');
    expect(ours.length).toBe(theirs.length);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
