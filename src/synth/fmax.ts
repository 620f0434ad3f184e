/** The clock frequency of a placed and routed design. */
import { placeIce40 } from '../tools/nextpnr.ts';

/** How nextpnr-ice40 is told of a part. */
const PARTS: { readonly [part: string]: readonly string[] } = {
  'iCE40HX8K-CT256': ['--hx8k', '--package', 'ct256'],
  'iCE40UP5K-SG48': ['--up5k', '--package', 'sg48'],
};

/** Frequency that the router works towards; it says what it achieved. */
const WANTED_MHZ = '200';

export type Fmax =
  | { readonly mhz: number }
  /** Why there is none: no router here, or the design could not be placed. */
  | { readonly missing: true }
  | { readonly why: string };

/** What the router says of each clock, first from the placement, at the end from the routes. */
const FREQUENCY = /Max frequency for clock\s+'([^']*)':\s+([\d.]+) MHz/g;

/** Places and routes the flattened netlist on an iCE40 part. */
export async function fmaxIce40(netlist: string, part: string): Promise<Fmax> {
  const args = [
    ...(PARTS[part] ?? []),
    '--freq',
    WANTED_MHZ,
    '--timing-allow-fail',
    '--pcf-allow-unconstrained',
    '--seed',
    '1',
  ];
  const placed = await placeIce40(netlist, args);
  if (placed === undefined) return { missing: true };
  if (!placed.done) return { why: errorOf(placed.log) };
  const clocks = new Map([...placed.log.matchAll(FREQUENCY)].map(([, clock = '', mhz]) => [clock, Number(mhz)]));
  return clocks.size > 0 ? { mhz: Math.min(...clocks.values()) } : { why: 'the router reports no clock' };
}

/** The router's first complaint, and how full the part would be. */
function errorOf(log: string): string {
  const lines = log.split('\n');
  const error = lines.find((l) => l.startsWith('ERROR:'))?.replace(/^ERROR:\s*/, '') ?? 'the router gave up';
  const full = lines
    .find((l) => l.includes('ICESTORM_LC:'))
    ?.replace(/^Info:\s*/, '')
    .replace(/\s+/g, ' ');
  return full ? `${error} (${full})` : error;
}
