import { client } from '../client.ts';

/** Three real days of bitcoin, which come with the server. */
export const SAMPLE = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
const FILE = '/examples/COINBASE_BTCUSD_1m.csv';

/** Stores the sample, as `pocketquant sample` does. */
export async function storeSample(): Promise<void> {
  const { instrumentId } = SAMPLE;
  const answer = await fetch(FILE);
  if (!answer.ok) throw new Error(`The server does not have ${FILE} (${answer.status}); try: pocketquant sample`);
  await client.registerSymbol({
    instrumentId,
    name: 'Bitcoin / US dollar at Coinbase',
    assetType: 'crypto',
    currency: 'USD',
    schedule: '24x7',
  });
  const file = await answer.blob();
  await client.importBars({ ...SAMPLE, file, provider: 'sample', state: 'final', isComplete: true });
}
