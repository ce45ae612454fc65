import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { aFolder } from '../../test/support/open-test-database.ts';
import { open } from './library.ts';

test('bars of an exchange of the world are complete without those of its lunch break and holidays', async (t) => {
  const pq = await open({ database: `file:${join(aFolder(t), 'tokyo.db')}` });
  t.after(() => pq.close());
  const series = { instrumentId: 'TSE:7203', interval: '30m' } as const;
  const halfHours = [0, 0.5, 1, 1.5, 2, 3.5, 4, 4.5, 5, 5.5, 6];
  const bars = halfHours.map((hour) => ({
    openTime: Date.UTC(2024, 10, 5) + hour * 3_600_000,
    open: 1,
    high: 1,
    low: 1,
    close: 1,
    volume: 1,
  }));
  await pq.upsertBars({ ...series, provider: 'file', state: 'final', bars });
  const range = { from: '2024-11-02', to: '2024-11-06' };
  const { completeness } = await pq.getBars({ ...series, ...range });
  assert.deepEqual(
    [completeness.expected, completeness.extra, completeness.complete, completeness.scheduleKnown],
    [11, 0, true, undefined],
  );
  const days = await pq.getBars({ ...series, interval: '1d', ...range });
  assert.deepEqual([...days.columns.openTime], [Date.UTC(2024, 10, 5)]);
  assert.deepEqual([days.columns.volume[0], days.completeness.complete], [11, true]);
});

test('coverage and bars beyond the known holidays say so', async (t) => {
  const pq = await open({ database: `file:${join(aFolder(t), 'london.db')}` });
  t.after(() => pq.close());
  const series = { instrumentId: 'LSE:VOD', interval: '1d' } as const;
  await pq.registerSymbol({ instrumentId: 'LSE:VOD' });
  const known = { from: Date.UTC(1990, 0), to: Date.UTC(2028, 0) };
  const range = { from: '1989-12-01', to: '1990-02-01' };
  assert.deepEqual((await pq.getBars({ ...series, ...range })).completeness.scheduleKnown, known);
  assert.deepEqual((await pq.getCoverage({ ...series, ...range })).scheduleKnown, known);
  assert.equal((await pq.getCoverage({ ...series, from: '2024-01-01', to: '2024-02-01' })).scheduleKnown, undefined);
});
