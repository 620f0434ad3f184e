import { fail } from '../diag/diagnostic.ts';
import { badConfig } from '../diag/messages-cli.ts';
import type { BuildConfig } from '../passes/config.ts';
import { checkConfig, readFolding } from './config.ts';

export interface PassCall {
  readonly name: string;
  readonly config: BuildConfig;
}

const NUMBERS: ReadonlySet<string> = new Set(['targetIi', 'targetFps', 'clockMhz', 'approximationLsb']);

/** Numbers for the keys that take numbers; a file for `folding`; text for all others. */
async function setting(key: string, text: string): Promise<unknown> {
  if (key === 'folding') return readFolding(text);
  const v = Number(text);
  return NUMBERS.has(key) && text.trim() !== '' && Number.isFinite(v) ? v : text;
}

/** `fold:targetIi=64,clockMhz=100` → the pass and the configuration that it runs with. */
export async function parsePass(text: string): Promise<PassCall> {
  const [name = '', rest = ''] = text.split(/:(.*)/s);
  const pairs = rest.split(',').filter((pair) => pair !== '');
  const config: Record<string, unknown> = {};
  for (const pair of pairs) {
    const [key = '', value] = pair.split(/=(.*)/s);
    if (value === undefined) fail(badConfig(`-p ${text}`, `"${pair}" has no value`, 'write PASS:key=value,key=value'));
    config[key] = await setting(key, value);
  }
  return { name, config: checkConfig(`-p ${text}`, config) };
}
