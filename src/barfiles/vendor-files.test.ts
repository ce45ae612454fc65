import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readVendorFile, type ReadBar, type VendorFileOptions } from '../../test/support/read-vendor-file.ts';
import { PocketQuantError } from '../platform/errors/index.ts';
import { LAYOUTS } from './layouts/index.ts';

interface VendorFile {
  readonly about: string;
  readonly content: string;
  readonly options: VendorFileOptions;
  /** The code with which it is refused. */
  readonly error?: string;
  readonly interval?: string;
  /** The first two bars of each series, as the file has them. */
  readonly bars?: Readonly<Record<string, readonly ReadBar[]>>;
  readonly rejected?: number;
  readonly empty?: number;
}

/** First lines of files as vendors, libraries and spreadsheets write them, and what is right, worked out by hand. */
const FILES = JSON.parse(
  readFileSync(new URL('../../test/fixtures/vendor-files.json', import.meta.url), 'utf8'),
) as VendorFile[];

for (const { about, content, options, error, interval, bars, rejected = 0, empty = 0 } of FILES)
  test(`${about} ${error === undefined ? 'is read' : `is refused: ${error}`}`, async () => {
    if (error !== undefined) {
      await assert.rejects(
        readVendorFile(content, options),
        (thrown) => thrown instanceof PocketQuantError && thrown.code === error,
      );
      return;
    }
    const read = await readVendorFile(content, options);
    assert.equal(read.reading.interval, interval);
    assert.deepEqual(Object.fromEntries(Object.entries(read.bars).map(([id, rows]) => [id, rows.slice(0, 2)])), bars);
    assert.equal(read.faults.length, rejected, read.faults.join('\n'));
    assert.equal(read.empty, empty);
  });

test('at least forty kinds of files are read', () => {
  assert.ok(FILES.filter(({ error }) => error === undefined).length > 40);
});

const FIELD_OF: Readonly<Record<string, string>> = {
  '--instrument': 'instrumentId',
  '--exchange': 'exchange',
  '--interval': 'interval',
  '--timezone': 'timezone',
};

for (const { name, example, importedWith } of LAYOUTS)
  test(`the example of the layout ${name} is read as its command says`, async () => {
    const words = importedWith.split(' ');
    const options = words.flatMap((word, at) => (at % 2 === 0 ? [[FIELD_OF[word], words[at + 1]]] : []));
    const { bars, faults } = await readVendorFile(example, { ...Object.fromEntries(options), layout: name });
    assert.deepEqual(faults, []);
    assert.ok(Object.values(bars).flat().length > 0);
  });

test('a row that is cut off in a file of several symbols side by side is rejected as it stood', async () => {
  const rows = Array.from({ length: 9 }, (_, day) => `2024-01-0${day + 1},1,2,0.5,1.5,1,2,0.5,1.5`);
  const content = [
    'Price,Open,High,Low,Close,Open,High,Low,Close',
    'Ticker,AA,AA,AA,AA,BB,BB,BB,BB',
    'Date,,,,,,,,',
    ...rows,
    '2024-01-10,1,2',
    '',
  ].join('\n');
  const read = await readVendorFile(content, { exchange: 'NASDAQ' });
  assert.deepEqual(Object.keys(read.bars), ['NASDAQ:AA', 'NASDAQ:BB']);
  assert.equal(read.faults.length, 2);
});
