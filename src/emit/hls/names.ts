import { identifier } from '../../ir/builder.ts';
import { uniqueIdentifiers } from '../../kernels/axis.ts';

/** Words that a C++ name may not be, and names that the generated files use for other things. */
const RESERVED =
  `alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t class compl
  const constexpr const_cast continue decltype default delete do double dynamic_cast else enum explicit export extern
  false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq
  private protected public register reinterpret_cast return short signed sizeof static static_assert static_cast struct
  switch template this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile
  wchar_t while xor xor_eq main std hls sluice bench argc argv ap_int ap_uint ap_axiu ap_axis`.split(/\s+/);

/** The name of the top function and of the files: legal, no keyword. */
export function functionName(graphName: string): string {
  const name = identifier(graphName);
  return RESERVED.includes(name) ? `${name}_top` : name;
}

/** A legal name for each, all different from each other and from `taken`. */
export function cppNames(names: readonly string[], taken: readonly string[]): string[] {
  const reserved = [...RESERVED, ...taken];
  return uniqueIdentifiers([...reserved, ...names]).slice(reserved.length);
}
