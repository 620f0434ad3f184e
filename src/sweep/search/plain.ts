import { distinct, random } from '../random.ts';
import { pointAt, spaceSize } from '../space.ts';
import type { Sweep } from '../spec.ts';
import type { Search } from './search.ts';

/** Every design of the space. */
export function* grid({ axes }: Sweep): Search {
  yield Array.from({ length: spaceSize(axes) }, (_, i) => ({ point: pointAt(axes, i), share: 1 }));
}

/** Designs drawn without replacement, each as likely as any other. */
export function* randomSearch({ axes, search }: Sweep): Search {
  const chosen = distinct(random(search.seed), spaceSize(axes), search.samples);
  yield chosen.map((i) => ({ point: pointAt(axes, i), share: 1 }));
}
