import type { Kernel } from './kernel.ts';
import { referenceKernel } from './reference.ts';
import { wasmKernel } from './wasm.ts';

export * from './kernel.ts';

/** The kernel that codes chunks. Coding never waits in the middle, so nobody else can be using it. */
export const kernel: Kernel = wasmKernel() ?? referenceKernel();
