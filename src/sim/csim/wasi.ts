/**
 * Runs a WASI program that only reads standard input and writes standard output and error, in memory.
 *
 * That is all a test bench does with `-` for its files; every other call answers "not supported".
 */

import { instantiateModule, type WasmMemory, type WasmModule } from '../wasm/engine.ts';

export interface WasiRun {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

const SUCCESS = 0;
const BAD_DESCRIPTOR = 8;
const NOT_SUPPORTED = 58;
const CHARACTER_DEVICE = 2;

class ProgramExit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

type HostCall = (...args: number[]) => number;

export async function runWasi(program: WasmModule, args: readonly string[], stdin: Uint8Array): Promise<WasiRun> {
  const written: [Uint8Array[], Uint8Array[]] = [[], []];
  let position = 0;
  let memory: WasmMemory = { buffer: new ArrayBuffer(0), grow: () => -1 };
  const view = (): DataView => new DataView(memory.buffer);
  const bytes = (at: number, length: number): Uint8Array => new Uint8Array(memory.buffer, at, length);
  const regions = (list: number, count: number): Uint8Array[] =>
    Array.from({ length: count }, (_, i) =>
      bytes(view().getUint32(list + 8 * i, true), view().getUint32(list + 8 * i + 4, true)),
    );
  const texts = args.map((a) => Buffer.from(`${a}\0`));

  const calls: Record<string, HostCall> = {
    args_sizes_get: (count = 0, size = 0) => {
      view().setUint32(count, texts.length, true);
      view().setUint32(size, Buffer.concat(texts).length, true);
      return SUCCESS;
    },
    args_get: (pointers = 0, buffer = 0) => {
      let at = buffer;
      for (const [i, text] of texts.entries()) {
        view().setUint32(pointers + 4 * i, at, true);
        bytes(at, text.length).set(text);
        at += text.length;
      }
      return SUCCESS;
    },
    environ_sizes_get: (count = 0, size = 0) => {
      view().setUint32(count, 0, true);
      view().setUint32(size, 0, true);
      return SUCCESS;
    },
    environ_get: () => SUCCESS,
    fd_read: (fd, list = 0, count = 0, done = 0) => {
      if (fd !== 0) return BAD_DESCRIPTOR;
      const before = position;
      for (const region of regions(list, count)) {
        const part = stdin.subarray(position, position + region.length);
        region.set(part);
        position += part.length;
      }
      view().setUint32(done, position - before, true);
      return SUCCESS;
    },
    fd_write: (fd, list = 0, count = 0, done = 0) => {
      const sink = fd === 1 ? written[0] : fd === 2 ? written[1] : undefined;
      if (!sink) return BAD_DESCRIPTOR;
      let total = 0;
      for (const region of regions(list, count)) {
        sink.push(region.slice());
        total += region.length;
      }
      view().setUint32(done, total, true);
      return SUCCESS;
    },
    fd_fdstat_get: (fd = 3, stat = 0) => {
      if (fd > 2) return BAD_DESCRIPTOR;
      bytes(stat, 24).fill(0);
      view().setUint8(stat, CHARACTER_DEVICE);
      return SUCCESS;
    },
    fd_prestat_get: () => BAD_DESCRIPTOR,
    fd_close: () => SUCCESS,
    proc_exit: (code = 0) => {
      throw new ProgramExit(code);
    },
  };
  const imports = new Proxy(calls, { get: (known, name) => known[String(name)] ?? (() => NOT_SUPPORTED) });

  const instance = await instantiateModule(program, { wasi_snapshot_preview1: imports });
  memory = instance.exports['memory'] as WasmMemory;
  let exitCode = 0;
  try {
    (instance.exports['_start'] as () => void)();
  } catch (error) {
    if (!(error instanceof ProgramExit)) throw error;
    exitCode = error.code;
  }
  return { exitCode, stdout: Buffer.concat(written[0]), stderr: Buffer.concat(written[1]).toString('utf8') };
}
