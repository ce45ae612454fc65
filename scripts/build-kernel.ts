import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

// Compiles src/chunk/kernel/block.as into block-wasm.ts beside it; with --check it says whether that is what the
// source gives.

const FOLDER = new URL('../src/chunk/kernel/', import.meta.url);
const FILE = fileURLToPath(new URL('block-wasm.ts', FOLDER));

/** The memory is of fixed size, three pages, as kernel.ts says; there is no runtime, as nothing is allocated. */
const OPTIONS = '-O3 --enable simd --runtime stub --noAssert --initialMemory 3 --maximumMemory 3'.split(' ');

let wasm = new Uint8Array();
const { error } = await asc.main(['block.ts', ...OPTIONS, '--outFile', 'block.wasm'], {
  readFile: (name) => (name === 'block.ts' ? readFileSync(new URL('block.as', FOLDER), 'utf8') : null),
  writeFile: (_name, contents) => {
    wasm = contents as Uint8Array<ArrayBuffer>;
  },
  listFiles: () => null,
});
if (error !== null) throw error;

const written = `// Written by scripts/build-kernel.ts.

/** What block.as is compiled to, in base64. */
export const BLOCK_WASM =
  '${Buffer.from(wasm).toString('base64')}';
`;
if (!process.argv.includes('--check')) writeFileSync(FILE, written);
else if (readFileSync(FILE, 'utf8') !== written) {
  console.error(`${FILE} is not what block.as gives: run node scripts/build-kernel.ts`);
  process.exitCode = 1;
}
