import { instrumentId } from '../../../market/index.ts';
import {
  type MarketDataProvider,
  type ProviderInstrument,
  type RequestedInstrument,
} from '../../../providers/contract/index.ts';
import { withinDeadline } from '../../../platform/requests/index.ts';
import type { SyncTask } from '../port.ts';

const DEADLINE_MS = 5_000;

/** What the provider says of the instrument; `undefined` if it says nothing in time, as bars matter more than a name. */
export const askDescription = (
  request: SyncTask,
  provider: MarketDataProvider,
  signal: AbortSignal,
  deadlineMs = DEADLINE_MS,
): Promise<ProviderInstrument | undefined> =>
  inTime(provider, signal, deadlineMs, async (until) => provider.describeInstrument?.(requested(request), until));

/** Where the provider says that its history begins, UTC epoch ms; `undefined` if it says nothing in time. */
export const askFirstOpenTime = (
  request: SyncTask,
  provider: MarketDataProvider,
  signal: AbortSignal,
): Promise<number | undefined> =>
  inTime(provider, signal, DEADLINE_MS, async (until) =>
    provider.firstOpenTime?.(requested(request), request.interval, until),
  );

const requested = ({ instrumentId: id, symbol }: SyncTask): RequestedInstrument => ({
  instrumentId: instrumentId(id),
  symbol,
});

async function inTime<Said>(
  { name }: MarketDataProvider,
  signal: AbortSignal,
  deadlineMs: number,
  ask: (until: AbortSignal) => Promise<Said | undefined>,
): Promise<Said | undefined> {
  try {
    return await withinDeadline(name, deadlineMs, signal, ask);
  } catch {
    return undefined; // the bars that are asked for next fail with the same reason, and the next sync asks again
  }
}
