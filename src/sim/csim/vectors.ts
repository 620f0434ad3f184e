import type { InputStream, StreamPort } from '../rtl.ts';

const frameBytes = ({ width, beatsPerFrame }: StreamPort): number => (width / 8) * beatsPerFrame;

/** The test bench's file: frame after frame, in a frame port after port. */
export function interleave(inputs: readonly InputStream[], frames: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let f = 0; f < frames; f++) {
    for (const { port, beats } of inputs) parts.push(beats.subarray(f * frameBytes(port), (f + 1) * frameBytes(port)));
  }
  return Buffer.concat(parts);
}

/** The inverse, per port; undefined when the size is not that of so many frames. */
export function separate(file: Uint8Array, ports: readonly StreamPort[], frames: number): Uint8Array[] | undefined {
  const sizes = ports.map(frameBytes);
  if (file.length !== frames * sizes.reduce((a, b) => a + b, 0)) return undefined;
  const out = sizes.map((size) => new Uint8Array(size * frames));
  let at = 0;
  for (let f = 0; f < frames; f++) {
    for (const [i, size] of sizes.entries()) {
      out[i]?.set(file.subarray(at, at + size), f * size);
      at += size;
    }
  }
  return out;
}
