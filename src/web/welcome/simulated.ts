import { client } from '../client.ts';

/** An instrument of the market that is made up. */
export const SIMULATED = { instrumentId: 'SIM:BTCUSD', interval: '1m' } as const;
const PROVIDER = 'simulated';
const HISTORY_MS = 86_400_000;

/** Fetches a day of history, and starts the feed that goes on from there. */
export async function startSimulated(): Promise<void> {
  const { instrumentId, interval } = SIMULATED;
  await client.syncBars({ ...SIMULATED, provider: PROVIDER, from: Date.now() - HISTORY_MS, wait: true });
  await client.subscribe({ instrumentId, provider: PROVIDER, intervals: [interval] });
  await client.startFeed({ provider: PROVIDER });
}
