import { createClient } from 'pocketquant/client';

/** Stores bars through a server, reads them as columns, and follows what is stored from then on. */
export async function useClient(
  baseUrl: string,
): Promise<{ readonly missing: number; readonly sum: number; readonly heard: number }> {
  const client = createClient({ baseUrl });
  const series = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
  const bar = (minute: number) => ({
    openTime: `2016-10-07T00:0${minute}`,
    open: minute,
    high: minute,
    low: minute,
    close: minute,
  });
  await client.upsertBars({ ...series, provider: 'me', state: 'final', bars: [1, 2, 3].map(bar) });

  const { columns, completeness } = await client.getColumns(series); // typed arrays; in a page too
  const sum = columns.close.reduce((total, close) => total + close, 0);

  for await (const event of client.follow('bars:COINBASE:BTCUSD/1m')) {
    if (event.type === 'subscribed') await client.createBar({ ...series, provider: 'me', state: 'final', bar: bar(4) });
    if (event.type === 'bar') return { missing: completeness.missing.length, sum, heard: event.bar.close };
  }
  throw new Error('The stream ended');
}
