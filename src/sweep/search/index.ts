import type { Sweep } from '../spec.ts';
import { halving } from './halving.ts';
import { grid, randomSearch } from './plain.ts';
import type { Search } from './search.ts';

const METHODS = { grid, random: randomSearch, halving } as const;

export const searchOf = (sweep: Sweep): Search => METHODS[sweep.search.method](sweep);
