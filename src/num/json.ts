/** JSON data: what survives printing and parsing unchanged. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
