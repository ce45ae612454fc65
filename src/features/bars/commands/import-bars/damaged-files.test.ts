import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { aStore, at, LATER, portOf } from '../../../../../test/support/a-store.ts';
import { importerOf } from '../../../../../test/support/bar-files.ts';
import { BAR_FORMAT_NAMES, writeBars, type BarFormat } from '../../../../barfiles/index.ts';
import { barsOf, FINAL, newBarColumns, type BarColumns } from '../../../../market/index.ts';
import { InvalidRequestError } from '../../../../platform/errors/index.ts';
import { answerGetBars } from '../../queries/get-bars/get-bars.query.ts';

/** How many files of each kind are damaged; `npm run test:damage` takes more. */
const DAMAGED_FILES = Number(process.env['DAMAGED_FILES'] ?? 4);
const SERIES = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
const COUNT = 3_000;
const TIMEOUT_MS = 600_000;

/** Bars of which each has prices of its own, so that none can be mistaken for another. */
const SOUND: BarColumns = (() => {
  const columns = newBarColumns(COUNT);
  for (let i = 0; i < COUNT; i++) {
    const price = 100 + i / 8;
    columns.openTime[i] = Date.UTC(2020, 0, 1) + i * 60_000;
    columns.open[i] = price;
    columns.high[i] = price + 2.5;
    columns.low[i] = price - 1.25;
    columns.close[i] = price + 1.75;
    columns.volume[i] = 10_000 + i;
    columns.state[i] = FINAL;
  }
  return columns;
})();
const SOUND_BARS = new Map(barsOf(SOUND).map((bar) => [bar.openTime, bar]));

type Random = (below: number) => number;
type Damage = (bytes: Buffer, random: Random) => Buffer;

/** The same numbers for the same seed. */
function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const cut: Damage = (bytes, random) => bytes.subarray(0, random(bytes.length));
const headless: Damage = (bytes, random) => bytes.subarray(1 + random(bytes.length - 1));
const zeroed: Damage = (bytes, random) => {
  const from = random(bytes.length);
  return Buffer.from(bytes).fill(0, from, Math.min(bytes.length, from + 16 + random(4_000)));
};
const junk: Damage = (bytes, random) => {
  const place = random(bytes.length);
  const letters = Buffer.from(Array.from({ length: 1 + random(40) }, () => 'xyz?#{'.charCodeAt(random(6))));
  return Buffer.concat([bytes.subarray(0, place), letters, bytes.subarray(place)]);
};
const flipped: Damage = (bytes, random) => {
  const changed = Buffer.from(bytes);
  changed[random(bytes.length)] ^= 1 << random(8);
  return changed;
};

function byLines(change: (lines: string[], random: Random) => readonly string[]): Damage {
  return (bytes, random) => Buffer.from(`${change(bytes.toString().trimEnd().split('\n'), random).join('\n')}\n`);
}
const shuffled = byLines((lines, random) => {
  const from = 1 + random(lines.length - 1);
  return [...lines.slice(0, 1), ...lines.slice(from), ...lines.slice(1, from)];
});
const repeated = byLines((lines, random) => {
  const from = random(lines.length);
  return [...lines, ...lines.slice(from, from + random(500))];
});
const dropped = byLines((lines, random) => lines.toSpliced(random(lines.length), 1 + random(100)));
const mixed = byLines((lines, random) =>
  lines.toSpliced(
    1 + random(lines.length),
    0,
    [
      'openTime,close,low,high,open,volume,state',
      'time;price',
      '{"error":"limit reached"}',
      '<html>',
      '\u0000\u0000',
      ',,,,,,',
    ][random(6)],
  ),
);

const TEXT = [cut, zeroed, junk, shuffled, repeated, dropped, mixed];
const KINDS: Readonly<Record<string, { readonly make: () => Promise<Buffer>; readonly damages: readonly Damage[] }>> = {
  csv: { make: () => written('csv'), damages: TEXT },
  ndjson: { make: () => written('ndjson'), damages: TEXT },
  json: { make: () => written('json'), damages: [cut, headless, zeroed, junk] },
  columns: { make: () => written('columns'), damages: [cut, headless, zeroed, junk] },
  parquet: { make: () => written('parquet'), damages: [cut, headless] },
  arrow: { make: () => written('arrow'), damages: [cut, headless] },
  feather: { make: () => written('feather'), damages: [cut, headless] },
  gzip: { make: async () => gzipSync(await written('csv')), damages: [cut, headless, zeroed, flipped] },
  zstd: { make: async () => zstdCompressSync(await written('csv')), damages: [cut, headless] },
  bzip2: { make: async () => fixture('minutes.csv.bz2'), damages: [cut, headless, zeroed, flipped] },
  zip: { make: async () => fixture('minutes.zip'), damages: [cut, headless, zeroed, flipped] },
};

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../../../../test/fixtures/bytes/${name}`, import.meta.url));
}

async function written(format: BarFormat): Promise<Buffer> {
  async function* batches() {
    yield await Promise.resolve(SOUND);
  }
  const head = {
    ...SERIES,
    align: 'clock',
    storedInterval: '1m',
    basis: 'raw',
    adjustment: 'raw',
    asOf: null,
  } as const;
  const completeness = { from: '', to: '', expected: null, returned: COUNT, missing: [] };
  const pieces: Uint8Array[] = [];
  for await (const piece of writeBars(format, batches(), {
    head,
    marksPartial: false,
    fields: [],
    end: () => ({ completeness, nextCursor: null }),
  }))
    pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Imports a file; whatever it is, all that is stored of it are bars that were written. */
async function importAndCheck(t: TestContext, bytes: Buffer, what: string): Promise<number> {
  const { collections } = await aStore(t);
  async function* source() {
    yield await Promise.resolve(bytes);
  }
  const message = { source: source(), ...SERIES, provider: 'file', state: 'final' } as const;
  try {
    const outcome = await importerOf(collections)(message, at(LATER));
    for (const { message: why } of outcome.rejections) assert.ok(why.length > 10, `${what}: ${why}`);
  } catch (error) {
    assert.ok(error instanceof InvalidRequestError, `${what}: ${String(error)}`);
    assert.ok(error.message.length > 20, what);
  }
  const { columns } = await answerGetBars(collections, portOf())(SERIES, at(LATER)).catch(() => ({
    columns: newBarColumns(0),
  }));
  const stored = barsOf(columns);
  for (const bar of stored) assert.deepEqual(bar, SOUND_BARS.get(bar.openTime), what);
  return stored.length;
}

test('the fixtures hold what the other kinds hold', async (t) => {
  for (const [kind, { make }] of Object.entries(KINDS))
    assert.equal(await importAndCheck(t, await make(), kind), COUNT, kind);
  assert.ok(BAR_FORMAT_NAMES.every((format) => format in KINDS));
});

for (const [kind, { make, damages }] of Object.entries(KINDS))
  test(`${DAMAGED_FILES} damaged files of ${kind} store no wrong bar`, { timeout: TIMEOUT_MS }, async (t) => {
    const sound = await make();
    for (let run = 0; run < DAMAGED_FILES; run++) {
      const damage = damages[run % damages.length];
      await importAndCheck(t, damage(sound, randomOf(run * 7_919 + 1)), `${kind}, ${damage.name}, run ${run}`);
    }
  });
