/** Models as text of the IR: built, run and verified like those from ONNX. */
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LENGTHS, modelText } from '../../examples/attention/generate.ts';
import { writeNpy } from '../../src/num/npy.ts';
import { ROOT, sluice, workplace } from './session.ts';

let leave = async (): Promise<void> => {};
beforeAll(async () => {
  ({ leave } = await workplace());
});
afterAll(() => leave());

describe('a .sir file', () => {
  it('is built and verified; a graph alone takes and gives the integers of its ports', async () => {
    const text = [
      'sir 1',
      'graph tiny tensor {',
      '  input "x" %x : u2[2, 2] range 0..3 layout [2, 2] perm [0, 1]',
      '  const @w : i3[1, 2] = [2, -3]',
      '  %y = dense(%x) {groups = 1} weight=@w : i5[2, 1]',
      '  output "y" %y layout [2, 1] perm [0, 1]',
      '}',
    ];
    await writeFile('tiny.sir', text.join('\n'));
    await writeFile('x.npy', writeNpy([1, 2, 2], BigInt64Array.of(3n, 1n, 0n, 2n)));
    await writeFile('y.npy', writeNpy([1, 2, 1], BigInt64Array.of(3n, -6n)));
    expect((await sluice('run', 'tiny.sir', '--inputs', 'x.npy')).stdout).toBe('y: float32[1, 2, 1]\n');
    const built = await sluice('build', 'tiny.sir', '-o', 'tiny');
    expect([built.exitCode, built.stderr]).toEqual([0, '']);
    const given = ['--inputs', 'x=x.npy', '--expect', 'y=y.npy', '--with', 'reference,wasm'];
    expect((await sluice('verify', 'tiny', ...given)).stdout).toContain('equal, integer for integer');
  });

  it('is refused where it holds hardware', async () => {
    expect((await sluice('build', 'tiny/graph.sir', '-o', 'again')).stderr).toContain('E0721');
  });

  it.each(LENGTHS)('of attention at $length keys is what the builder makes', async (size) => {
    const file = `attention${size.length}.sir`;
    await cp(join(ROOT, 'examples/attention', file), file);
    const printed = await sluice('ir', file, '--inline');
    expect(printed.stdout.trim()).toBe(modelText(size).trim());
  });

  it('of attention at 64 keys is equal in every executor, with stalls too', async () => {
    const target = ['--target-ii', '2100'];
    expect((await sluice('build', 'attention64.sir', '-o', 'attention', ...target)).exitCode).toBe(0);
    for (const options of [
      ['--with', 'reference,csim,wasm'],
      ['--with', 'wasm', '--stall', '0.3'],
    ]) {
      const { stdout, exitCode } = await sluice('verify', 'attention', '--samples', '3', ...options);
      expect(exitCode, stdout).toBe(0);
    }
  });
});
