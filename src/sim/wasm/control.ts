/**
 * The control block through which the host and the vector loop talk: offsets, in bytes, of 32-bit words in linear
 * memory. The vectors themselves are put behind it by the host, so the module does not depend on them.
 */
import type { PortSlot } from './layout.ts';

/** A stream port of the design: prefix and width of `tdata` in bits. */
export interface StreamShape {
  readonly name: string;
  readonly width: number;
}

export const GLOBAL = {
  cycle: 0,
  idle: 4,
  idleLimit: 8,
  stallThreshold: 12,
  /** Beats of all ports, inputs too, that have not moved yet. */
  pendingBeats: 16,
  /** Cycles from that of the last beat on, itself included, and after how many the run ends: a beat too many comes late. */
  drained: 20,
  drain: 24,
  bytes: 32,
} as const;

export const PORT = {
  /** Beats of the whole run, and beats handed over so far. */
  total: 0,
  count: 4,
  /** Position in the frame, and beats per frame. */
  inFrame: 8,
  perFrame: 12,
  /** Addresses of the next beat and of the cycle of its handshake. */
  beat: 16,
  cycle: 20,
  /** State of the xorshift generator. */
  random: 24,
  /** An input: a beat is offered. An output: the last cycle offered a beat that was not taken. */
  held: 28,
  /** An output: `tlast` of the held beat. */
  heldLast: 32,
  /** Per kind of violation: how often, and the cycle of the first. */
  violations: 40,
  /** An output: `tdata` of the held beat, as limbs. */
  heldData: 88,
} as const;

export const VIOLATIONS = [
  'tvalid fell while the beat was stalled',
  'tdata changed while the beat was stalled',
  'tlast changed while the beat was stalled',
  'tlast does not mark the last beat of a frame, or marks another one',
  'more beats than expected',
] as const;

export interface StreamSlots {
  readonly shape: StreamShape;
  /** Address of the port's control block. */
  readonly control: number;
  readonly data: PortSlot;
  readonly valid: PortSlot;
  readonly ready: PortSlot;
  readonly last: PortSlot;
}

export interface StreamLayout {
  readonly global: number;
  readonly inputs: readonly StreamSlots[];
  readonly outputs: readonly StreamSlots[];
}

/** What the loop returns. */
export const STATUS = { running: 0, ended: 1 } as const;
