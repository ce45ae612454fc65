import { instrumentId } from '../../../market/index.ts';
import { withinDeadline, type MarketDataProvider, type ProviderInstrument } from '../../../providers/contract/index.ts';
import type { SyncRequest } from '../knowledge.ts';

const DEADLINE_MS = 5_000;

/** What the provider says of the instrument; `undefined` if it says nothing in time, as bars matter more than a name. */
export async function askDescription(
  request: SyncRequest,
  provider: MarketDataProvider,
  signal: AbortSignal,
  deadlineMs = DEADLINE_MS,
): Promise<ProviderInstrument | undefined> {
  const instrument = { instrumentId: instrumentId(request.instrumentId), symbol: request.symbol };
  try {
    return await withinDeadline(provider.name, deadlineMs, signal, async (until) =>
      provider.describeInstrument?.(instrument, until),
    );
  } catch {
    return undefined; // the bars that are asked for next fail with the same reason, and the next sync asks again
  }
}
