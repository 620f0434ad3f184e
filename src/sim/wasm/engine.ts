/** The part of the WebAssembly interface that is used here; Node's own types leave it out. */

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A compiled module; opaque. */
export type WasmModule = object;

interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface Engine {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  instantiate(module: WasmModule, imports: Readonly<Record<string, object>>): Promise<WasmInstance>;
}

const ENGINE = (globalThis as unknown as { readonly WebAssembly: Engine }).WebAssembly;

export function compileModule(bytes: Uint8Array): Promise<WasmModule> {
  return ENGINE.compile(bytes);
}

/** One after another, for each takes all cores. */
export async function compileModules(binaries: readonly Uint8Array[]): Promise<WasmModule[]> {
  const modules: WasmModule[] = [];
  for (const bytes of binaries) modules.push(await compileModule(bytes));
  return modules;
}

export function instantiateModule(
  module: WasmModule,
  imports: Readonly<Record<string, object>>,
): Promise<WasmInstance> {
  return ENGINE.instantiate(module, imports);
}
