/**
 * Who attends to what, when. The keys pass by again and again, one per *step*; `slots` queries look at them at a time.
 * Query i sits in slot i mod slots and starts at the key of that number, so that no two queries start or end in one
 * step; after the last key it goes on with the first. A slot is taken by its next query in the step after the last one
 * has seen all keys. The order in which a query sees the keys is part of the result: sums are rounded on the way.
 */
export interface Rota {
  readonly queries: number;
  readonly keys: number;
  /** At most as many as there are keys. */
  readonly slots: number;
}

/** Steps of a frame: a pass over all keys for each block of `slots` queries, and the start of the last block's last. */
export const stepsOf = ({ queries, keys, slots }: Rota): number =>
  (Math.ceil(queries / slots) - 1) * keys + ((queries - 1) % slots) + keys;

/** The query in a slot in a step, −1 for none. */
export function queryAt({ queries, keys, slots }: Rota, step: number, slot: number): number {
  const pass = Math.floor(step / keys);
  const query = (step % keys >= slot ? pass : pass - 1) * slots + slot;
  return query >= 0 && query < queries ? query : -1;
}

/** The query that starts in a step, −1 for none; its slot is the step's key. */
export function startsAt(rota: Rota, step: number): number {
  const key = step % rota.keys;
  return key < rota.slots ? queryAt(rota, step, key) : -1;
}

/** The slot whose query sees its last key in a step, −1 for none. */
export function endsAt(rota: Rota, step: number): number {
  const slot = (step + 1) % rota.keys;
  return slot < rota.slots && queryAt(rota, step, slot) >= 0 ? slot : -1;
}

/** The share of slots and steps with a query in them. */
export const occupancy = (rota: Rota): number => (rota.queries * rota.keys) / (rota.slots * stepsOf(rota));

/** Why there is no such rota; empty where there is. */
export const rotaProblems = ({ keys, slots }: Rota): string[] =>
  slots > keys ? [`slots=${slots} are more than the ${keys} keys, so that two queries would end in one step`] : [];
