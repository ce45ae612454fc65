import { BLOCK_WASM } from './block-wasm.ts';
import type { Kernel } from './kernel.ts';

/** As far as it is used here: the types of Node have none. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

type Functions = Omit<Kernel, 'bytes' | 'words' | 'doubles'>;

/** The kernel in WebAssembly; `undefined` where the process cannot run it. */
export function wasmKernel(): Kernel | undefined {
  try {
    const module = new WebAssembly.Module(Buffer.from(BLOCK_WASM, 'base64'));
    const { memory, ...functions } = new WebAssembly.Instance(module).exports as Functions & {
      readonly memory: { readonly buffer: ArrayBuffer };
    };
    const { buffer } = memory;
    return {
      bytes: new Uint8Array(buffer),
      words: new Uint32Array(buffer),
      doubles: new Float64Array(buffer),
      ...functions,
    };
  } catch {
    return undefined;
  }
}
