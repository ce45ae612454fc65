import { open } from 'pocketquant';

/** Stores a bar, corrects it, and asks what was known before the correction. */
export async function correctAndLookBack(database: string): Promise<{ readonly now: number; readonly before: number }> {
  const pq = await open({ database });
  const series = { instrumentId: 'NASDAQ:AAPL', interval: '1d' } as const;
  const bar = { openTime: '2014-06-05', open: 646.2, high: 649.37, low: 642.61, close: 647.35, volume: 75_951_141 };

  await pq.upsertBars({ ...series, provider: 'first', state: 'final', observedAt: '2014-06-06', bars: [bar] });
  await pq.upsertBars({
    ...series,
    provider: 'second',
    state: 'final',
    observedAt: '2014-06-10',
    bars: [{ ...bar, close: 647.5 }],
  });

  const { columns: now } = await pq.getBars(series);
  const { columns: before } = await pq.getBars({ ...series, asOf: '2014-06-07' });
  await pq.close();
  return { now: now.close[0], before: before.close[0] };
}
