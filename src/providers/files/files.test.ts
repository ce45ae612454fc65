import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { barsOf, epochMs, instrumentId, isoOfEpochMs, type Bar, type BarInterval } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import type { RequestedInstrument } from '../contract/index.ts';
import { createFiles } from './index.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5, 14, 30);
const NOW = Date.UTC(2026, 6, 1);
const BTC = { instrumentId: instrumentId('COINBASE:BTCUSD'), symbol: undefined };
const HEADER = 'openTime,open,high,low,close,volume\n';

interface Question {
  readonly from: number;
  readonly to: number;
  readonly of?: RequestedInstrument;
  readonly interval?: BarInterval;
  readonly now?: number;
  readonly signal?: AbortSignal;
}

async function aFolder(t: TestContext, files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = await mkdtemp(join(tmpdir(), 'pocketquant-files-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const provider = createFiles({ folder, clock: () => NOW });
  /** What came, and the error that ended it. */
  const fetch = async ({ from, to, of = BTC, interval = '1m', now = NOW, ...rest }: Question) => {
    const bars: Bar[] = [];
    const covered: (readonly [number, number])[] = [];
    const range = { from: epochMs(from), to: epochMs(to) };
    const signal = rest.signal ?? new AbortController().signal;
    let error: unknown;
    try {
      for await (const page of provider.fetchBars({ ...of, interval, range, now, signal })) {
        bars.push(...barsOf(page.columns));
        covered.push([page.covered.from, page.covered.to]);
      }
    } catch (thrown) {
      error = thrown;
    }
    return { times: bars.map(({ openTime }) => openTime), bars, covered, error };
  };
  return { provider, fetch, folder };
}

const minute = (index: number): number => START + index * MINUTE;
const row = (index: number, price = 100): string =>
  `${isoOfEpochMs(minute(index))},${price},${price},${price},${price},5\n`;
const csv = (...indexes: number[]): string => HEADER + indexes.map((index) => row(index)).join('');

function hasCode(error: unknown, code: string, text = /files: /): void {
  assert.ok(error instanceof ProviderError, String(error));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, text);
}

for (const [ending, content] of [
  ['csv', csv(0, 1, 4)],
  ['csv.gz', gzipSync(csv(0, 1, 4))],
  [
    'ndjson',
    [0, 1, 4]
      .map((index) =>
        JSON.stringify({ openTime: minute(index), open: 100, high: 100, low: 100, close: 100, volume: 5 }),
      )
      .join('\n'),
  ],
] as const)
  test(`a .${ending} file is answered between its first and its last bar`, async (t) => {
    const { fetch } = await aFolder(t, { [`COINBASE_BTCUSD_1m.${ending}`]: content });
    const { bars, covered, error } = await fetch({ from: minute(0), to: minute(5) });
    assert.equal(error, undefined);
    assert.deepEqual(covered, [[minute(0), minute(5)]]);
    assert.deepEqual(
      bars.map(({ openTime }) => openTime),
      [minute(0), minute(1), minute(4)],
    );
    const prices = { open: 100, high: 100, low: 100, close: 100, volume: 5 };
    assert.deepEqual(bars[0], { openTime: minute(0), ...prices, state: 'open' });
  });

test('what lies outside of the file is not claimed, and told', async (t) => {
  const { fetch } = await aFolder(t, { 'COINBASE_BTCUSD_1m.csv': csv(0, 1, 4) });
  const both = await fetch({ from: minute(-5), to: minute(9) });
  assert.deepEqual(both.covered, [[minute(0), minute(5)]]);
  hasCode(
    both.error,
    'PROVIDER_OUT_OF_REACH',
    /COINBASE_BTCUSD_1m\.csv spans \[2026-01-05T14:30:00Z, 2026-01-05T14:35:00Z\)/,
  );
  for (const [from, to] of [
    [-5, -2],
    [5, 9],
  ]) {
    const outside = await fetch({ from: minute(from), to: minute(to) });
    assert.deepEqual(outside.covered, []);
    hasCode(outside.error, 'PROVIDER_OUT_OF_REACH');
  }
  const inside = await fetch({ from: minute(2), to: minute(4) });
  assert.deepEqual([inside.covered, inside.times, inside.error], [[[minute(2), minute(4)]], [], undefined]);
});

test('bars that are not over at the moment of the request are not answered', async (t) => {
  const { fetch } = await aFolder(t, { 'COINBASE_BTCUSD_1m.csv': csv(0, 1, 2, 3) });
  const { covered, times, error } = await fetch({ from: minute(0), to: minute(4), now: minute(2) + 30_000 });
  assert.deepEqual([covered, times, error], [[[minute(0), minute(2)]], [minute(0), minute(1)], undefined]);
  assert.deepEqual((await fetch({ from: minute(3), to: minute(4), now: minute(2) })).covered, []);
});

test('a range that begins and ends inside of intervals is covered as it is', async (t) => {
  const { fetch } = await aFolder(t, { 'COINBASE_BTCUSD_1m.csv': csv(0, 1, 2, 3) });
  const [from, to] = [minute(0) + 20_000, minute(2) + 40_000];
  const { covered, times, error } = await fetch({ from, to });
  assert.deepEqual([covered, times, error], [[[from, to]], [minute(1), minute(2)], undefined]);
});

test('a long file comes in pages of 10,000 bars that join', async (t) => {
  const indexes = Array.from({ length: 25_000 }, (_, index) => index * 2);
  const { fetch } = await aFolder(t, { 'COINBASE_BTCUSD_1m.csv': csv(...indexes) });
  const { covered, times, error } = await fetch({ from: minute(1_000), to: minute(49_000) });
  assert.equal(error, undefined);
  assert.deepEqual(covered, [
    [minute(1_000), minute(21_000)],
    [minute(21_000), minute(41_000)],
    [minute(41_000), minute(49_000)],
  ]);
  assert.deepEqual(times, indexes.filter((index) => index >= 1_000 && index < 49_000).map(minute));
});

test('m is a minute and M a month', async (t) => {
  const { fetch } = await aFolder(t, { 'COINBASE_BTCUSD_1M.csv': `${HEADER}2026-01-01,1,1,1,1,1\n` });
  const { covered } = await fetch({ from: Date.UTC(2026, 0), to: Date.UTC(2026, 1), interval: '1M' });
  assert.deepEqual(covered, [[Date.UTC(2026, 0), Date.UTC(2026, 1)]]);
  hasCode((await fetch({ from: minute(0), to: minute(1) })).error, 'PROVIDER_SYMBOL_UNKNOWN', /there are 1M/);
});

test('of a bar that stands there twice with different values both are told; the same row twice is one', async (t) => {
  const { fetch } = await aFolder(t, { 'COINBASE_BTCUSD_1m.csv': HEADER + row(0, 1) + row(0, 2) + row(1) + row(1) });
  const { bars } = await fetch({ from: minute(0), to: minute(2) });
  assert.deepEqual(
    bars.map(({ close }) => close),
    [1, 2, 100],
  );
});

test('rows of volume 0 are taken as they stand: whoever made the file knows', async (t) => {
  const still = `${isoOfEpochMs(minute(1))},100,100,100,100,0\n`;
  const { fetch } = await aFolder(t, { 'COINBASE_BTCUSD_1m.csv': HEADER + row(0) + still });
  const { bars } = await fetch({ from: minute(0), to: minute(2) });
  assert.deepEqual(
    bars.map(({ volume }) => volume),
    [5, 0],
  );
});

test('a row off the grid is left out, and the intervals it reaches into are not claimed', async (t) => {
  const off = isoOfEpochMs(minute(2) + 20_000);
  const { fetch } = await aFolder(t, { 'COINBASE_BTCUSD_1m.csv': `${csv(0, 1)}${off},1,1,1,1,1\n${row(5)}` });
  const { covered, times } = await fetch({ from: minute(0), to: minute(6) });
  assert.deepEqual(times, [0, 1, 5].map(minute));
  assert.deepEqual(covered, [
    [minute(0), minute(2)],
    [minute(4), minute(6)],
  ]);
  assert.deepEqual((await fetch({ from: minute(3), to: minute(6) })).covered, [[minute(4), minute(6)]]);
});

for (const [what, times] of [
  ['RFC 3339', [isoOfEpochMs(epochMs(minute(0))), '2026-01-05T15:31:00+01:00']],
  ['epoch seconds', [minute(0) / 1_000, minute(1) / 1_000]],
  ['epoch milliseconds', [minute(0), minute(1)]],
] as const)
  test(`times may be in ${what}; the volume may be absent`, async (t) => {
    const rows = ['"time", open, high, low, close', `${times[0]},1,1,1,1`, '', `${times[1]}, 1,1,1,1`];
    const { fetch } = await aFolder(t, { 'COINBASE_BTCUSD_1m.csv': `\uFEFF${rows.join('\r\n')}` });
    const { bars, error } = await fetch({ from: minute(0), to: minute(2) });
    assert.equal(error, undefined);
    assert.deepEqual(
      bars.map(({ openTime, volume }) => [openTime, volume]),
      [0, 1].map((index) => [minute(index), undefined]),
    );
  });

test('a file is read as what it is, not as what its name says', async (t) => {
  const { fetch } = await aFolder(t, {
    'COINBASE_BTCUSD_1m.csv.gz': csv(0),
    'COINBASE_ETHUSD_1m.csv': gzipSync(JSON.stringify({ t: 0, time: minute(0), o: 1, h: 1, l: 1, c: 1, v: 1 })),
  });
  const range = { from: minute(0), to: minute(1) };
  assert.deepEqual((await fetch(range)).times, [minute(0)]);
  const eth = { instrumentId: instrumentId('COINBASE:ETHUSD'), symbol: undefined };
  assert.deepEqual((await fetch({ ...range, of: eth })).times, [minute(0)]);
});

test('a row that is no bar stops only the ranges that hold it', async (t) => {
  const { fetch } = await aFolder(t, { 'COINBASE_BTCUSD_1m.csv': csv(0) + row(1).replace('100', 'x') + row(3) });
  assert.deepEqual((await fetch({ from: minute(3), to: minute(4) })).times, [minute(3)]);
  hasCode((await fetch({ from: minute(0), to: minute(4) })).error, 'PROVIDER_ANSWER_INVALID', /line 3: open/);
});

for (const [what, name, content, line] of [
  ['a price that is no number', 'csv', csv(0, 1) + row(2).replace('100', 'NaN'), 4],
  ['a row cut short', 'csv', `${csv(0, 1)}2026-01-05T14:32:00Z,1,1`, 4],
  ['an empty price', 'csv', csv(0) + row(1).replace('100', ''), 3],
  ['a time that is none', 'csv', `${csv(0)}yesterday,1,1,1,1,1\n`, 3],
  ['a year in place of a time', 'csv', `${csv(0, 1, 2)}2016,1,1,1,1,1\n`, 5],
  ['times of two kinds', 'csv', `${csv(0)}${minute(1)},1,1,1,1,1\n`, undefined],
  ['rows that do not ascend', 'csv', csv(0, 2, 1), 4],
  ['no header', 'csv', row(0), undefined],
  ['nothing at all', 'csv', '', undefined],
  ['a line without end', 'csv', `${csv(0)}${'1'.repeat(2_000_000)}`, undefined],
  ['a gzip that is cut', 'csv.gz', gzipSync(csv(0, 1)).subarray(0, -12), undefined],
  ['JSON that is cut', 'ndjson', `{"openTime":${minute(0)},"open":1,"high":1,"low":1,"close":1}\n\n{"openT`, 3],
  ['a price that is null', 'ndjson', `{"openTime":${minute(0)},"open":1,"high":1,"low":1,"close":null}`, 1],
  ['a line without end', 'ndjson', ' '.repeat(2_000_000), undefined],
] as const)
  test(`${what} in .${name} is an invalid answer with its file and, if it can be told, line`, async (t) => {
    const { fetch } = await aFolder(t, { [`COINBASE_BTCUSD_1m.${name}`]: content });
    const { error } = await fetch({ from: minute(0), to: minute(9) });
    const where = `COINBASE_BTCUSD_1m\\.${name}${line === undefined ? '' : `, line ${line}`}: `;
    hasCode(error, 'PROVIDER_ANSWER_INVALID', new RegExp(where));
  });

test('an unknown instrument is told, and no name leads out of the folder', async (t) => {
  const { fetch, folder } = await aFolder(t, { 'COINBASE_BTCUSD_1m.csv': csv(0), 'A_B_C_1m.csv': csv(0) });
  await writeFile(`${folder}_X_1m.csv`, csv(0));
  t.after(() => rm(`${folder}_X_1m.csv`));
  const range = { from: minute(0), to: minute(1) };
  const outside = `../${folder.slice(folder.lastIndexOf('/') + 1)}_X`;
  for (const [id, symbol] of [
    ['COINBASE:NONESUCH', undefined],
    ['A_B:C', undefined],
    ['..:..', undefined],
    ['COINBASE:BTCUSD', outside],
    ['COINBASE:BTCUSD', `${folder}_X`],
    ['COINBASE:BTCUSD', 'coinbase_btcusd'],
  ] as const)
    hasCode(
      (await fetch({ ...range, of: { instrumentId: instrumentId(id), symbol } })).error,
      'PROVIDER_SYMBOL_UNKNOWN',
    );
  for (const of of [
    { instrumentId: instrumentId('A:B_C'), symbol: undefined },
    { instrumentId: instrumentId('MINE:BTC'), symbol: 'COINBASE_BTCUSD' },
  ])
    assert.deepEqual((await fetch({ ...range, of })).times, [minute(0)]);
});

test('what a file name may not hold is percent-encoded in it', async (t) => {
  const names = ['BINANCE_BTC%2FUSDT%3AUSDT_1m.csv', 'NSE_M&M_1m.csv', 'X_100%_1m.csv'];
  const { fetch } = await aFolder(t, Object.fromEntries(names.map((name) => [name, csv(0)])));
  for (const id of ['BINANCE:BTC/USDT:USDT', 'NSE:M&M', 'X:100%']) {
    const of = { instrumentId: instrumentId(id), symbol: undefined };
    assert.deepEqual((await fetch({ from: minute(0), to: minute(1), of })).times, [minute(0)], id);
  }
});

test('two files of one series are refused', async (t) => {
  const { fetch } = await aFolder(t, {
    'COINBASE_BTCUSD_1m.csv': csv(0),
    'COINBASE_BTCUSD_1m.csv.gz': gzipSync(csv(0)),
  });
  hasCode((await fetch({ from: minute(0), to: minute(1) })).error, 'PROVIDER_REFUSED', /csv and .*csv\.gz/);
});

test('the search lists the files', async (t) => {
  const names = [
    'COINBASE_BTCUSD_1m.csv',
    'COINBASE_BTCUSD_1d.csv.gz',
    'NASDAQ_AAPL_1h.ndjson',
    'NASDAQ_AAPL_factors.csv',
  ];
  const { provider } = await aFolder(
    t,
    Object.fromEntries([...names, 'README.md', 'X_Y_7m.csv'].map((name) => [name, ''])),
  );
  const { signal } = new AbortController();
  const ids = async (text: string) =>
    (await provider.searchInstruments?.(text, signal))?.map(({ instrumentId }) => instrumentId);
  assert.deepEqual(await ids(''), ['COINBASE:BTCUSD', 'NASDAQ:AAPL']);
  assert.deepEqual(await ids('aapl'), ['NASDAQ:AAPL']);
  assert.equal((await provider.describeInstrument?.(BTC, signal))?.symbol, 'COINBASE_BTCUSD');
  const unknown = { instrumentId: instrumentId('NASDAQ:NONESUCH'), symbol: undefined };
  await assert.rejects(async () => provider.describeInstrument?.(unknown, signal), { code: 'PROVIDER_SYMBOL_UNKNOWN' });
});

test('a folder that is not there is unavailable', async (t) => {
  const { folder } = await aFolder(t, {});
  const provider = createFiles({ folder: join(folder, 'nowhere'), clock: () => NOW });
  const searched = async () => provider.searchInstruments?.('', new AbortController().signal);
  await assert.rejects(searched, { code: 'PROVIDER_UNAVAILABLE' });
});

test('a signal ends a fetch', async (t) => {
  const { fetch } = await aFolder(t, { 'COINBASE_BTCUSD_1m.csv': csv(0) });
  const { error } = await fetch({ from: minute(0), to: minute(1), signal: AbortSignal.abort(new Error('enough')) });
  assert.match(String(error), /enough/);
});
