import { fail } from '../diag/diagnostic.ts';
import { badInputType } from '../diag/messages-cli.ts';
import { type FixedPoint, parseFixed } from '../import/onnx/fixed.ts';

/** `ap_fixed<W,I>` texts by input name → types. */
export function inputTypesOf(texts: { readonly [input: string]: string }): { readonly [input: string]: FixedPoint } {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, parseFixed(text) ?? fail(badInputType(name, text))]),
  );
}
