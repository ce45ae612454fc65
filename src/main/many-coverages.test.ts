import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { aFolder } from '../../test/support/open-test-database.ts';
import { DAY_MS } from '../market/index.ts';
import { open, type SeriesCoverage } from './library.ts';

const FROM = Date.UTC(2024, 0, 1);
const TO = FROM + 6 * DAY_MS;

/** Bars of some minutes of each day from one on. */
function minutes(first: number, days: number, perDay: number) {
  return Array.from({ length: days * perDay }, (_, i) => {
    const openTime = FROM + (first + Math.floor(i / perDay)) * DAY_MS + (i % perDay) * 60_000;
    return { openTime, open: 1, high: 1, low: 1, close: 1 };
  });
}

test('many series by day are what each tells alone, page by page, the tracked ones too', async (t) => {
  const pq = await open({ database: `file:${join(aFolder(t), 'many.db')}` });
  t.after(() => pq.close());
  const written = { interval: '1m', provider: 'test', state: 'final' } as const;
  await pq.upsertBars({ ...written, instrumentId: 'COINBASE:A', bars: minutes(0, 3, 1_440) });
  await pq.upsertBars({ ...written, instrumentId: 'COINBASE:B', bars: minutes(1, 2, 700) });
  await pq.upsertBars({ ...written, instrumentId: 'NASDAQ:C', bars: minutes(1, 1, 1_440) });
  await pq.upsertBars({ ...written, instrumentId: 'NOWHERE:D', bars: minutes(1, 1, 5) });
  await pq.upsertBars({ ...written, interval: '5m', instrumentId: 'COINBASE:E', bars: minutes(1, 1, 1) });
  await pq.syncBars({ instrumentId: 'SIM:BTCUSD', interval: '1m', from: Date.now() - 120_000 });
  await pq.settle();

  const range = { interval: '1m', from: FROM, to: TO } as const;
  const seen: SeriesCoverage[] = [];
  let page = await pq.getManyCoverages({ ...range, limit: 2 });
  for (
    ;
    page.nextCursor !== undefined;
    page = await pq.getManyCoverages({ ...range, limit: 2, cursor: page.nextCursor })
  )
    seen.push(...page.series);
  seen.push(...page.series);
  assert.deepEqual(
    seen.map(({ instrumentId }) => instrumentId),
    ['COINBASE:A', 'COINBASE:B', 'NASDAQ:C', 'NOWHERE:D', 'SIM:BTCUSD'],
  );
  for (const { instrumentId, expected, held, extra, complete, whole, days } of seen) {
    const alone = await pq.getCoverage({ ...range, instrumentId });
    assert.deepEqual([expected, held, extra, complete], [alone.expected, alone.held, alone.extra, alone.complete]);
    const ofRuns = whole.flatMap(({ from, to }) =>
      Array.from({ length: (to - from) / DAY_MS + 1 }, (_, i) => from + i * DAY_MS),
    );
    const wholeAlone = alone.days.filter(({ bars, expected: wanted }) => bars['held'] === wanted);
    assert.deepEqual(
      ofRuns,
      wholeAlone.map(({ day }) => day),
      instrumentId,
    );
    assert.deepEqual(
      days,
      alone.days.filter((day) => !wholeAlone.includes(day)),
      instrumentId,
    );
  }
  assert.deepEqual(seen[0].whole, [{ from: FROM, to: FROM + 2 * DAY_MS, bars: 3 * 1_440 }]);
  const { series, total } = await pq.getManyCoverages({ ...range, exchange: 'coinbase', query: 'b' });
  assert.deepEqual([series.map(({ instrumentId }) => instrumentId), total], [['COINBASE:A', 'COINBASE:B'], 2]);
  await assert.rejects(pq.getManyCoverages({ ...range, to: FROM }), { code: 'INVALID_RANGE' });
});

test('series are named by id, also before their first bar; days of unlike length are runs of their own', async (t) => {
  const pq = await open({ database: `file:${join(aFolder(t), 'named.db')}` });
  t.after(() => pq.close());
  const written = { interval: '1h', provider: 'test', state: 'final' } as const;
  await pq.registerSymbol({ instrumentId: 'X:NEW', schedule: '24x7' });
  // On 2024-11-29 New York closes at 13:00, three hours early.
  const from = Date.UTC(2024, 10, 26);
  const to = Date.UTC(2024, 11, 1);
  const hours = Array.from({ length: 24 * 5 }, (_, hour) => ({
    openTime: from + hour * 3_600_000,
    open: 1,
    high: 1,
    low: 1,
    close: 1,
  }));
  await pq.upsertBars({ ...written, instrumentId: 'NASDAQ:A', bars: hours });
  const ids = ['X:NEW', 'NASDAQ:A', 'NASDAQ:NOBODY'];
  const { series, total } = await pq.getManyCoverages({ interval: '1h', from, to, ids });
  assert.equal(total, 3);
  const [stored, fresh] = series;
  assert.deepEqual([series.length, stored.instrumentId, fresh.instrumentId], [2, 'NASDAQ:A', 'X:NEW']);
  assert.deepEqual([fresh.held, fresh.expected, fresh.whole], [0, 120, []]);
  const alone = await pq.getCoverage({ interval: '1h', from, to, instrumentId: 'NASDAQ:A' });
  const days = stored.whole.flatMap((run) => {
    const count = (run.to - run.from) / DAY_MS + 1;
    return Array.from({ length: count }, (_, i) => [run.from + i * DAY_MS, run.bars / count]);
  });
  assert.deepEqual(
    days,
    alone.days.map(({ day, expected }) => [day, expected]),
  );
  assert.ok(new Set(days.map(([, bars]) => bars)).size > 1, 'one of the days is shorter');
  const both = { interval: '1h', from, to, ids, query: 'a' } as const;
  await assert.rejects(pq.getManyCoverages(both), { code: 'INVALID_REQUEST' });
});
