import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openContent, openMembers, type ByteSource } from './content.ts';
import { encodingOf, inUtf8, type TextEncoding } from './encoding.ts';
import { textLines } from './text-lines.ts';

const CSV = 'time,open,high,low,close\n2020-01-01,1,2,1,2\n';
const pathOf = (name: string) => fileURLToPath(new URL(`../../../test/fixtures/bytes/${name}`, import.meta.url));
const fixture = (name: string) => readFileSync(pathOf(name));

async function* inPieces(bytes: Uint8Array, size = 100): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await all(pieces));
}

async function read(source: ByteSource, member?: string) {
  const content = await openContent(source, member);
  try {
    return { text: String(await bytesOf(content.pieces)), packing: content.packing, name: content.name };
  } finally {
    await content.close();
  }
}

for (const name of ['one.zip', 'stored.zip', 'zip64.zip', 'companions.zip', 'gzip.zip', 'zip.gz'])
  test(`${name} holds one file of data, as a path and as a stream`, async () => {
    for (const source of [pathOf(name), inPieces(fixture(name))]) assert.equal((await read(source)).text, CSV);
  });

test('what packs a file is told', async () => {
  assert.deepEqual((await read(pathOf('zip.gz'))).packing, ['gzip', 'zip: bars.csv']);
  assert.deepEqual((await read(pathOf('gzip.zip'))).packing, ['zip: bars.csv.gz', 'gzip']);
});

test('a zip of many files needs a choice, and gives each', async () => {
  await assert.rejects(read(pathOf('many.zip')), { code: 'ZIP_MANY_FILES', message: /NASDAQ_AAPL-1d.csv.*--name/ });
  assert.equal((await read(pathOf('many.zip'), 'NASDAQ_MSFT-1d.csv')).text, CSV);
  await assert.rejects(read(pathOf('many.zip'), 'other.csv'), { code: 'ZIP_FILE_UNKNOWN' });
  const { members, close } = await openMembers(pathOf('many.zip'));
  const found = await Promise.all(members.map(async (member) => [member.name, (await read(member)).text]));
  assert.deepEqual(found, [
    ['NASDAQ_AAPL-1d.csv', CSV],
    ['NASDAQ_MSFT-1d.csv', CSV],
  ]);
  await close();
});

test('what is no zip has no members', async () => {
  for (const name of ['one.zip', 'zip.gz']) assert.equal((await openMembers(pathOf(name))).members.length, 1);
  assert.deepEqual((await openMembers(fileURLToPath(import.meta.url))).members, []);
});

test('a zip that cannot be read says what to do', async () => {
  const refused = async (bytes: Uint8Array, code: string, message: RegExp) =>
    assert.rejects(read(inPieces(bytes)), { code, message });
  await refused(fixture('none.zip'), 'ZIP_FILE_UNKNOWN', /no data file/);
  await refused(fixture('empty.zip'), 'ZIP_FILE_UNKNOWN', /no data file/);
  await refused(fixture('xlsx.zip'), 'UNKNOWN_FORMAT', /save the sheet as CSV/);
  await refused(fixture('lzma.zip'), 'UNKNOWN_FORMAT', /unpack the zip first/);
  await refused(fixture('five_times.gz'), 'UNKNOWN_FORMAT', /packed more than 4 times/);
  const directory = fixture('one.zip').indexOf('PK\x01\x02');
  const patched = (at: number, value: number): Buffer => {
    const bytes = fixture('one.zip');
    bytes[directory + at] = value;
    return bytes;
  };
  await refused(patched(8, 1), 'FILE_ENCRYPTED', /password/);
  await refused(patched(16, 0), 'FILE_DAMAGED', /checksum/);
  await refused(patched(24, 1), 'FILE_DAMAGED', /zip file/);
});

test('reading bzip2 leaves the process as it was', async () => {
  const count = () => process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
  const before = count();
  await read(inPieces(fixture('blocks.bz2')));
  assert.equal(count(), before);
});

test('bzip2 is read a block at a time, also of several files in one, and damage is told after the blocks before it', async () => {
  const text = `${Array.from({ length: 30_000 }, (_, i) => `${i},${(i * i) % 977}\n`).join('')}the end\n`;
  assert.equal((await read(inPieces(fixture('blocks.bz2'), 1_000))).text, text);
  const broken = fixture('blocks.bz2');
  broken[60_000] ^= 1;
  const { pieces } = await openContent(inPieces(broken, 1_000));
  let length = 0;
  await assert.rejects(
    async () => {
      for await (const piece of pieces) length += piece.length;
    },
    { code: 'FILE_DAMAGED' },
  );
  assert.ok(length > 0);
});

test('formats that are not read are named, with what to do', async () => {
  const refused = async (start: string, message: RegExp) =>
    assert.rejects(read(inPieces(Buffer.from(start, 'latin1'))), { code: 'UNKNOWN_FORMAT', message });
  await refused('\x89HDF\r\n\x1a\n', /HDF5.*to_parquet/);
  await refused('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', /xls.*CSV/);
  await refused('DBN\x03', /Databento.*to_csv/);
  await refused('SQLite format 3\0', /SQLite/);
  await refused('\x80\x04\x95', /read_pickle/);
  await refused('FEA1', /version 1.*to_feather/);
  await refused('7z\xbc\xaf\x27\x1c', /7z x/);
  await refused('  <!DOCTYPE html><html>', /page of a website/);
});

test('encodings are told by their mark or their bytes', async () => {
  const text = 'Zeit;Name\n2020;Süd\n';
  const swapped = (bytes: Buffer): Buffer => bytes.swap16();
  const cases: [TextEncoding, Buffer][] = [
    ['UTF-8', Buffer.from(text)],
    ['UTF-8', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16LE', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16BE', swapped(Buffer.from(`\uFEFF${text}`, 'utf16le'))],
    ['UTF-16LE', Buffer.from(text, 'utf16le')],
    ['UTF-16BE', swapped(Buffer.from(text, 'utf16le'))],
    ['Windows-1252', Buffer.from(text, 'latin1')],
  ];
  for (const [encoding, bytes] of cases) {
    assert.equal(encodingOf(bytes), encoding);
    for (const size of [1, 3, 100])
      assert.equal(
        String(await bytesOf(inUtf8(inPieces(bytes, size), encoding))),
        text,
        `${encoding}, pieces of ${size}`,
      );
  }
  assert.equal(String(await bytesOf(inUtf8(inPieces(Buffer.of(0x80)), 'Windows-1252'))), '€');
  assert.throws(() => encodingOf(Buffer.of(0xc3, 0x28, 0x81)), { code: 'FILE_DAMAGED', message: /--encoding/ });
});

test('lines end with LF, CRLF or CR, whatever the pieces', async () => {
  for (const end of ['\n', '\r\n', '\r'])
    for (const last of [end, ''])
      for (const size of [1, 2, 3, 100]) {
        const lines = await all(textLines(inPieces(Buffer.from(`a${end}bc${end}${end}d${last}`), size)));
        assert.deepEqual(
          lines.flatMap((some) => some.texts()),
          ['a', 'bc', '', 'd'],
          JSON.stringify({ end, last, size }),
        );
      }
});
