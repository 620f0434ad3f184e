import type { IntArray, IntTensor } from '../../num/tensor.ts';

export interface FoldedWindows {
  readonly channels: number;
  readonly window: number;
  readonly pixels: number;
  readonly PE: number;
}

/**
 * The VVU's input stream as the tensor `[pixels, K, C]`. Per pixel the stream is channel fold outermost:
 * `for fold in C / PE: for k in K: PE channels`.
 */
export function unfoldWindows(stream: IntTensor, { channels, window, pixels, PE }: FoldedWindows): IntTensor {
  const data: IntArray = stream.data.slice();
  const size = window * channels;
  for (let i = 0; i < data.length; i++) {
    const at = i % size;
    const p = at % PE;
    const k = Math.floor(at / PE) % window;
    const fold = Math.floor(at / (PE * window));
    data[i - at + k * channels + fold * PE + p] = stream.data[i] as number;
  }
  return { shape: [pixels, window, channels], data };
}
