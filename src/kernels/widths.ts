import { type Bounds, hull } from '../ir/op.ts';
import { elemFor, type Interval } from '../num/elem.ts';

/** Bits of the signed type that holds an interval. */
export const signedBits = ({ lo, hi }: Interval): number => elemFor({ lo: Math.min(lo, -1), hi }).bits;

/** Bits of the signed type that holds all of the bounds. */
export const signedBitsOf = (b: Bounds): number => signedBits(hull(b));
