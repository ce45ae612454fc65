import { open } from 'pocketquant';

/** Follows the bars of a series as they are stored, stops half way, and resumes where it stopped. */
export async function followBars(database: string): Promise<readonly number[]> {
  const pq = await open({ database });
  const series = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
  for (let minute = 1; minute <= 6; minute++) {
    const bar = { openTime: `2016-10-07T00:0${minute}`, open: minute, high: minute, low: minute, close: minute };
    await pq.upsertBars({ ...series, provider: 'me', state: 'final', bars: [bar] });
  }

  const closes: number[] = [];
  let after = 0; // from the beginning; without it only what is stored from now on is told
  async function follow(until: number): Promise<void> {
    for await (const event of pq.follow({ topics: ['bars:COINBASE:BTCUSD/1m'], after })) {
      if (event.type === 'bar') closes.push(event.bar.close);
      if ('seq' in event) after = event.seq; // a program that may be killed stores it
      if (closes.length === until) return;
    }
  }
  await follow(3);
  await follow(6);
  await pq.close();
  return closes;
}
