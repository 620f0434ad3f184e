import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { integer, nonEmpty, positiveInteger, positiveNumber, probability } from '../../src/cli/command.ts';
import { outputFiles } from '../../src/cli/commands/run.ts';
import { chosen, exitCode } from '../../src/cli/commands/verify.ts';
import {
  checkConfig,
  checkFolding,
  mergeConfig,
  parseData,
  parseInputTypes,
  parseShapes,
} from '../../src/cli/config.ts';
import { modelName, splitArray } from '../../src/cli/files.ts';
import { parsePass } from '../../src/cli/pass-option.ts';
import { usageProblem } from '../../src/cli/usage.ts';
import { verbOf } from '../../src/cli/verbs.ts';

describe('numbers', () => {
  const refused = (parse: (text: string) => unknown, texts: readonly string[]): void => {
    for (const text of texts) expect(() => parse(text), text).toThrow(InvalidArgumentError);
  };

  it('take what they say and nothing else', () => {
    expect([positiveInteger('64'), integer('-3'), positiveNumber('2.5'), probability('0')]).toEqual([64, -3, 2.5, 0]);
    expect(nonEmpty('out')).toBe('out');
    refused(positiveInteger, ['0', '-1', '1.5', '', ' ', 'x', '1e400', '9007199254740993']);
    refused(integer, ['', '0.5', 'one', 'Infinity']);
    refused(positiveNumber, ['0', '-2', '', 'NaN', 'Infinity']);
    refused(probability, ['1', '-0.1', '', 'x', 'NaN']);
    refused(nonEmpty, ['', '  ']);
  });
});

describe('configuration', () => {
  it('lets options win, and a goal among them replace every goal of the file', () => {
    const base = { targetIi: 64, clockMhz: 100, shapes: { x: [1, 8] }, device: 'a' };
    expect(mergeConfig(base, { clockMhz: 250 })).toEqual({ ...base, clockMhz: 250 });
    expect(mergeConfig(base, { targetFps: 1e6, shapes: { y: [2] } })).toEqual({
      targetFps: 1e6,
      clockMhz: 100,
      device: 'a',
      shapes: { x: [1, 8], y: [2] },
    });
    expect(mergeConfig({ folding: { a: { PE: 1 } } }, { targetIi: 3 })).toEqual({ targetIi: 3 });
  });

  it('refuses goals that contradict each other, and says where they stand', () => {
    expect(() => mergeConfig({ targetIi: 1, folding: {} }, {}, 'c.yaml')).toThrow(/E0713: targetIi and folding/);
    expect(() => mergeConfig({}, { targetIi: 1, targetFps: 1 })).toThrow(/E0713: --target-ii and --target-fps/);
  });

  it('reads JSON and YAML by the name of the file', () => {
    expect(parseData('c.yaml', 'targetIi: 64\n')).toEqual({ targetIi: 64 });
    expect(parseData('c.YML', 'device: x')).toEqual({ device: 'x' });
    expect(parseData('c.json', '{"targetIi": 64}')).toEqual({ targetIi: 64 });
    expect(() => parseData('c.json', 'targetIi: 64')).toThrow(/E0705: it is no JSON/);
    expect(() => parseData('c.yaml', 'a: [1\nb: 2')).toThrow(/E0705: it is no YAML/);
  });

  it('names every unknown key and every value of a wrong type', () => {
    expect(checkConfig('c', { targetIi: 2, mult: 'dsp' })).toEqual({ targetIi: 2, mult: 'dsp' });
    expect(() => checkConfig('c', { targetII: 2, clockMhz: 'x' })).toThrow(
      'unknown key "targetII"; clockMhz must be number',
    );
    expect(() => checkConfig('c', { targetIi: 0 })).toThrow('targetIi must be >= 1');
    expect(() => checkConfig('c', null)).toThrow('no list of keys and values');
    expect(() => checkFolding('f', { fc0: { PEE: 2 } })).toThrow('unknown key "fc0.PEE"');
    expect(() => checkFolding('f', { fc0: { PE: '2' } })).toThrow('fc0.PE must be integer');
  });

  it('reads shapes and input types', () => {
    expect(parseShapes(['x=1,8,8', 'a=b=2'])).toEqual({ x: [1, 8, 8], 'a=b': [2] });
    expect(parseInputTypes(['x=ap_fixed<16,6>'])).toEqual({ x: 'ap_fixed<16,6>' });
    for (const text of ['x', 'x=', 'x=1,a', 'x=0', '=1', 'x=1,,2', 'x=99999999999999999999'])
      expect(() => parseShapes([text]), text).toThrow(/E0704/);
    for (const text of ['x', 'x=int8', '=ap_int<8>']) expect(() => parseInputTypes([text]), text).toThrow(/E0704/);
  });

  it('gives a pass the keys of the configuration', async () => {
    expect(await parsePass('fold')).toEqual({ name: 'fold', config: {} });
    expect(await parsePass('fold:targetIi=64,device=7')).toEqual({
      name: 'fold',
      config: { targetIi: 64, device: '7' },
    });
    await expect(parsePass('fold:targetIi')).rejects.toThrow(/E0705.*has no value/);
    await expect(parsePass('fold:targetIi=x')).rejects.toThrow(/E0705.*targetIi must be integer/);
    await expect(parsePass('fold:ii=3')).rejects.toThrow(/E0705.*unknown key "ii"/);
  });
});

describe('names and files', () => {
  it('names a model by its file, or by its folder where the file is just a model', () => {
    expect(modelName('nets/jets.onnx')).toBe('jets');
    expect(modelName('examples/digits-mlp/model.onnx')).toBe('digits-mlp');
    expect(modelName('model.onnx')).toBe(process.cwd().split('/').at(-1));
  });

  it('splits an array from its name, also where names and paths hold equal signs', () => {
    expect(splitArray('x.npy', ['in'])).toEqual({ name: undefined, file: 'x.npy' });
    expect(splitArray('in=x.npy', ['in'])).toEqual({ name: 'in', file: 'x.npy' });
    expect(splitArray('a=b=x.npy', ['a=b'])).toEqual({ name: 'a=b', file: 'x.npy' });
    expect(splitArray('run=3/x.npy', ['in'])).toEqual({ name: 'run', file: '3/x.npy' });
    expect(splitArray('./run=3/x.npy', ['in'])).toEqual({ name: undefined, file: './run=3/x.npy' });
  });

  it('numbers the files of several outputs', () => {
    expect(outputFiles(undefined, 2)).toEqual([]);
    expect(outputFiles('y.npy', 1)).toEqual(['y.npy']);
    expect(outputFiles('y.npy', 2)).toEqual(['y.0.npy', 'y.1.npy']);
    expect(outputFiles('y', 2)).toEqual(['y.0.npy', 'y.1.npy']);
  });
});

describe('verbs', () => {
  it('is the first word, or the one that help is wanted for', () => {
    expect(verbOf(['build', 'verify'])?.name).toBe('build');
    expect(verbOf(['--json', 'help', 'run'])?.name).toBe('run');
    expect(verbOf(['bild', 'run'])).toBeUndefined();
    expect(verbOf([])).toBeUndefined();
  });

  it('turns the parser’s complaints into diagnostics', () => {
    const unknown = { code: 'commander.unknownOption', message: "error: unknown option '--x'\n(Did you mean --y?)" };
    expect(usageProblem('build', unknown)).toMatchObject({
      code: 'E0703',
      subject: 'sluice build',
      message: "unknown option '--x'",
      help: 'did you mean --y?',
    });
    expect(usageProblem(undefined, { code: 'commander.help', message: '(outputHelp)' })).toMatchObject({
      subject: 'sluice',
      message: 'no verb is given',
    });
  });
});

describe('verify', () => {
  it('takes executors by name, each once', () => {
    expect(chosen('wasm, reference,wasm')).toEqual(['wasm', 'reference']);
    expect(() => chosen('')).toThrow(/E0708/);
    expect(() => chosen('wasm,')).toThrow(/E0708/);
    expect(() => chosen('Verilator')).toThrow(/E0708.*"Verilator"/);
  });

  it('answers 1 for a difference, 3 for a failure or a missing tool that was asked for, 0 otherwise', () => {
    type Status = 'equal' | 'different' | 'missing' | 'failed';
    const of = (...statuses: Status[]) => ({
      executors: Object.fromEntries(statuses.map((status, i) => [`${i}`, { status, mismatches: 0, notes: [] }])),
    });
    const golden = { status: 'different', mismatches: 1, maxAbsError: 1, notes: [] } as const;
    expect(exitCode(of('equal', 'equal'), true)).toBe(0);
    expect(exitCode(of('equal', 'missing'), false)).toBe(0);
    expect(exitCode(of('equal', 'missing'), true)).toBe(3);
    expect(exitCode(of('equal', 'failed'), false)).toBe(3);
    expect(exitCode(of('failed', 'different', 'missing'), true)).toBe(1);
    expect(exitCode({ ...of('equal'), golden }, false)).toBe(1);
  });
});
