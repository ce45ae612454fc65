import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { compressed, decompressed } from './compression.ts';

const TEXT = Buffer.from(Array.from({ length: 40_000 }, (_, i) => `${i},${Math.sqrt(i)}\n`).join(''));
const SYNC = { gzip: gzipSync, zstd: zstdCompressSync } as const;

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

/** What can be had, and the error that ended it. */
async function read(pieces: AsyncIterable<Uint8Array>): Promise<{ bytes: Buffer; error: unknown }> {
  const parts: Uint8Array[] = [];
  try {
    for await (const piece of pieces) parts.push(piece);
    return { bytes: Buffer.concat(parts), error: undefined };
  } catch (error) {
    return { bytes: Buffer.concat(parts), error };
  }
}

for (const compression of ['gzip', 'zstd'] as const) {
  const bytes = SYNC[compression](TEXT);

  test(`${compression}: what is compressed is decompressed, whatever the size of the pieces`, async () => {
    for (const size of [500, 4_096, 1 << 20]) {
      const { bytes: again, error } = await read(
        decompressed(compressed(inPieces(TEXT, size), compression), compression),
      );
      assert.equal(error, undefined);
      assert.ok(again.equals(TEXT), `pieces of ${size}`);
    }
  });

  test(`${compression}: a file of several parts is read to its end`, async () => {
    for (const size of [1_000, bytes.length, 1 << 20]) {
      const { bytes: again, error } = await read(
        decompressed(inPieces(Buffer.concat([bytes, bytes]), size), compression),
      );
      assert.equal(error, undefined);
      assert.ok(again.equals(Buffer.concat([TEXT, TEXT])), `pieces of ${size}`);
    }
  });

  test(`${compression}: what comes before a cut is handed out, then the error`, async () => {
    const { bytes: before, error } = await read(
      decompressed(inPieces(bytes.subarray(0, bytes.length - 5_000), 4_096), compression),
    );
    assert.ok(before.length > TEXT.length / 2, `${before.length} bytes`);
    assert.ok(before.equals(TEXT.subarray(0, before.length)));
    assert.equal((error as { code?: string }).code, 'FILE_DAMAGED');
  });

  test(`${compression}: bytes that do not belong there are no end, but damage`, async () => {
    const { bytes: before, error } = await read(
      decompressed(inPieces(Buffer.concat([bytes, Buffer.from('and more')]), 1 << 20), compression),
    );
    assert.ok(before.length > TEXT.length / 2, `${before.length} bytes`);
    assert.ok(before.equals(TEXT.subarray(0, before.length)));
    assert.equal((error as { code?: string }).code, 'FILE_DAMAGED');
  });

  test(`${compression}: an error of the source stays what it is`, async () => {
    const lost = new Error('the disk is gone');
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 100);
      throw lost;
    }
    assert.equal((await read(decompressed(failing(), compression))).error, lost);
  });
}
