/** Wording of what can go wrong in synthesis (E08xx). */
import { type Diagnostic, error } from './diagnostic.ts';

export const unknownTarget = (target: string, known: readonly string[]): Diagnostic =>
  error(
    'E0801',
    '--target',
    `there is no target called "${target}"`,
    `choose from ${known.join(', ')}, or give --liberty FILE`,
  );

export const badLiberty = (file: string, why: string): Diagnostic =>
  error('E0802', file, `it is no Liberty library: ${why}`, 'give the .lib file of a standard cell library, as text');

export const targetAndLiberty = (): Diagnostic =>
  error(
    'E0803',
    '--liberty',
    'it is given together with --target',
    'a design is mapped to one of the two: give one of them',
  );

export const noDevice = (target: string, device: string): Diagnostic =>
  error(
    'E0804',
    '--device',
    `"${device}" is no known part of target ${target}`,
    '`sluice list devices` names the parts that are known by size',
  );

export const noPlacement = (device: string, why: string): Diagnostic => ({
  code: 'W0805',
  severity: 'warning',
  subject: device,
  message: `no clock frequency: ${why}`,
  help: 'choose a larger part with --device, or fold the design further',
});

export const noRouter = (): Diagnostic => ({
  code: 'W0806',
  severity: 'warning',
  subject: 'nextpnr-ice40',
  message: 'it is not here, so that no clock frequency is estimated',
  help: 'install it: `npm install @yowasp/nextpnr-ice40` beside Sluice, or "apt-get install nextpnr-ice40"',
});

export const noActivity = (): Diagnostic =>
  error(
    'E0807',
    '--inputs',
    'energy is estimated of unrolled builds in a Liberty library alone',
    'give --liberty FILE and a build of --arch unrolled, or leave the inputs out',
  );
