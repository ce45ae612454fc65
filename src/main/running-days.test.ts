import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { aFolder } from '../../test/support/open-test-database.ts';
import { createBar, getBars, importBars, upsertBars } from '../features/bars/index.ts';
import { registerSymbol } from '../features/instruments/index.ts';
import { syncBars } from '../features/sync/index.ts';
import { barsOf, epochMsOfIso, type BarInterval } from '../market/index.ts';
import { openApplication } from './application.ts';

const APPLE = 'NASDAQ:AAPL';
/** Of an exchange that no schedule is known of. */
const THING = 'NOWHERE:THING';
const HEADER = 'openTime,open,high,low,close,volume';
const NOBODY = new AbortController().signal;
const time = (text: string): number => epochMsOfIso(text);
const rowOf = (openTime: string, price = 1) => ({
  openTime,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: 5,
});
const lineOf = (openTime: string, price = 1): string => Object.values(rowOf(openTime, price)).join(',');

/** The whole product at a moment that a test chooses. */
async function aWorld(t: TestContext, begin: string) {
  const folder = aFolder(t);
  let now = time(begin);
  const { bus, scheduler, close } = await openApplication({
    databaseUrl: `file:${join(folder, 'days.db')}`,
    changesKept: 1_000,
    clock: () => now,
    providers: { files: { folder } },
    onMessage: () => undefined,
    onBackgroundError: (error) => assert.fail(String(error)),
  });
  t.after(close);
  const write = (name: string, lines: readonly string[]): string => {
    const file = join(folder, name);
    writeFileSync(file, [HEADER, ...lines, ''].join('\n'));
    return file;
  };
  return {
    bus,
    passTo: (text: string) => (now = time(text)),
    upsert: async (instrumentId: string, interval: BarInterval, openTime: string, price = 1) =>
      bus.execute(
        upsertBars({ instrumentId, interval, provider: 'test', state: 'final', bars: [rowOf(openTime, price)] }),
      ),
    load: async (instrumentId: string, lines: readonly string[]) =>
      bus.execute(
        importBars({
          source: write('bars.csv', lines),
          instrumentId,
          interval: '1d',
          provider: 'file',
          state: 'final',
        }),
      ),
    async syncFiles(instrumentId: string, from: string, lines: readonly string[]) {
      write(`${instrumentId.replace(':', '_')}_1d.csv`, lines);
      const job = await bus.execute(syncBars({ instrumentId, interval: '1d', provider: 'files', from: time(from) }));
      return scheduler.run(job.id, NOBODY);
    },
    async stored(instrumentId: string, interval: BarInterval = '1d') {
      const { columns } = await bus.ask(getBars({ instrumentId, interval }));
      return barsOf(columns).map(({ openTime, close, state }) => [
        new Date(openTime).toISOString().slice(0, 10),
        close,
        state,
      ]);
    },
    async missing(instrumentId: string, from: string, to: string) {
      const range = { from: time(from), to: time(to) };
      const { completeness } = await bus.ask(getBars({ instrumentId, interval: '1d', ...range }));
      return completeness.missing.map(({ bars, reason }) => [bars, reason]);
    },
  };
}

for (const [interval, openTime, running, over, closes] of [
  ['1d', '2014-06-05', '2014-06-05T19:59:59Z', '2014-06-05T20:00:00Z', '2014-06-05T20:00:00Z'],
  ['1d', '2014-06-05', '2014-06-05T08:00:00Z', '2014-06-05T23:00:00Z', '2014-06-05T20:00:00Z'],
  ['1w', '2014-06-02', '2014-06-06T19:59:59Z', '2014-06-06T20:00:00Z', '2014-06-06T20:00:00Z'],
  ['1M', '2014-05-01', '2014-05-30T19:59:59Z', '2014-05-30T20:00:00Z', '2014-05-30T20:00:00Z'],
] as const)
  test(`a ${interval} bar is refused at ${running} as its last session runs, and stored at ${over}`, async (t) => {
    const { upsert, stored, passTo, bus } = await aWorld(t, running);
    const { inserted, rejected } = await upsert(APPLE, interval, openTime);
    assert.equal(inserted, 0);
    const message = `The ${interval} interval that opens at ${openTime}T00:00:00Z is not over yet: it closes at ${closes}`;
    assert.deepEqual(rejected, [{ index: 0, openTime: time(openTime), code: 'inFuture', message }]);
    const created = createBar({
      instrumentId: APPLE,
      interval,
      provider: 'test',
      state: 'final',
      bar: rowOf(openTime),
    });
    await assert.rejects(bus.execute(created), { code: 'INVALID_REQUEST', message });
    passTo(over);
    assert.equal((await upsert(APPLE, interval, openTime)).inserted, 1);
    assert.deepEqual(await stored(APPLE, interval), [[openTime, 1, 'final']]);
  });

test('a market that never closes ends its day with the UTC date', async (t) => {
  const { upsert, passTo } = await aWorld(t, '2014-06-05T23:59:59Z');
  const { rejected } = await upsert('COINBASE:BTCUSD', '1d', '2014-06-05');
  assert.match(rejected[0].message, /it closes at 2014-06-06T00:00:00Z$/);
  passTo('2014-06-06T00:00:00Z');
  assert.equal((await upsert('COINBASE:BTCUSD', '1d', '2014-06-05')).inserted, 1);
});

test("a file's row of the day that runs is refused, and its day can be had later", async (t) => {
  const { load, stored, passTo, missing } = await aWorld(t, '2014-06-05T15:00:00Z');
  const { inserted, rejections } = await load(APPLE, [lineOf('2014-06-04'), lineOf('2014-06-05', 2)]);
  assert.equal(inserted, 1);
  assert.deepEqual(
    rejections.map(({ code, lines }) => [code, lines]),
    [['inFuture', [3]]],
  );
  assert.deepEqual(await stored(APPLE), [['2014-06-04', 1, 'final']]);
  passTo('2014-06-06T12:00:00Z');
  assert.deepEqual(await missing(APPLE, '2014-06-04', '2014-06-06'), [[1, 'notFetched']], 'and so a sync asks for it');
  assert.equal((await load(APPLE, [lineOf('2014-06-05', 3)])).inserted, 1);
});

test('of a market without a schedule the day of the clock is provisional, until a later call says it is final', async (t) => {
  const { load, upsert, stored, passTo, bus } = await aWorld(t, '2014-06-05T15:00:00Z');
  await load(THING, [lineOf('2014-06-04'), lineOf('2014-06-05', 2)]);
  await upsert(THING, '1w', '2014-06-02');
  await upsert(THING, '1M', '2014-06-01');
  assert.deepEqual(await stored(THING), [
    ['2014-06-04', 1, 'final'],
    ['2014-06-05', 2, 'provisional'],
  ]);
  assert.deepEqual(await stored(THING, '1w'), [['2014-06-02', 1, 'provisional']]);
  assert.deepEqual(await stored(THING, '1M'), [['2014-06-01', 1, 'provisional']]);
  const other = { instrumentId: 'NOWHERE:OTHER', interval: '1d', provider: 'test', state: 'final' } as const;
  assert.equal((await bus.execute(createBar({ ...other, bar: rowOf('2014-06-05') }))).state, 'provisional');
  assert.equal((await upsert(THING, '1d', '2014-06-06')).rejected[0].code, 'inFuture');
  passTo('2014-06-06T00:00:00Z');
  assert.equal((await load(THING, [lineOf('2014-06-05', 2)])).changed, 1);
  assert.deepEqual(await stored(THING), [
    ['2014-06-04', 1, 'final'],
    ['2014-06-05', 2, 'final'],
  ]);
});

test('a folder of files has no final day before its last session, past the end of its UTC date, is over', async (t) => {
  const { bus, syncFiles, stored, passTo } = await aWorld(t, '2014-01-08T00:30:00Z');
  await bus.execute(registerSymbol({ instrumentId: APPLE, sessions: 'extended' }));
  await syncFiles(APPLE, '2014-01-06', [lineOf('2014-01-06'), lineOf('2014-01-07', 2)]);
  assert.deepEqual(await stored(APPLE), [
    ['2014-01-06', 1, 'final'],
    ['2014-01-07', 2, 'provisional'],
  ]);
  passTo('2014-01-08T02:00:00Z');
  await syncFiles(APPLE, '2014-01-06', [lineOf('2014-01-06'), lineOf('2014-01-07', 3)]);
  assert.deepEqual(await stored(APPLE), [
    ['2014-01-06', 1, 'final'],
    ['2014-01-07', 3, 'final'],
  ]);
});

test('what is declared of the instrument decides, and old bars are what they are sent as', async (t) => {
  const { bus, upsert, stored } = await aWorld(t, '2014-06-05T21:00:00Z');
  await bus.execute(registerSymbol({ instrumentId: APPLE, sessions: 'extended' }));
  assert.match((await upsert(APPLE, '1d', '2014-06-05')).rejected[0].message, /it closes at 2014-06-06T00:00:00Z$/);
  await upsert(APPLE, '1d', '2014-06-04');
  await upsert(THING, '1d', '2014-06-04');
  assert.deepEqual(
    [...(await stored(APPLE)), ...(await stored(THING))],
    [
      ['2014-06-04', 1, 'final'],
      ['2014-06-04', 1, 'final'],
    ],
  );
});
