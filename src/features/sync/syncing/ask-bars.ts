import { epochMs, instrumentId, type BarInterval, type Span } from '../../../market/index.ts';
import { latestNow, type BarsPage } from '../../../providers/contract/index.ts';
import type { SyncTools } from '../port.ts';

interface AskedSeries {
  readonly instrumentId: string;
  readonly symbol?: string | undefined;
  readonly interval: BarInterval;
  readonly align?: 'session';
}

/** Asks the provider for the bars of a span, up to whatever may be its present moment. */
export function askBars(
  { instrumentId: id, symbol, interval, align }: AskedSeries,
  { from, to }: Span,
  { provider, grid, clock }: Pick<SyncTools, 'provider' | 'grid' | 'clock'>,
  signal: AbortSignal,
): AsyncIterable<BarsPage> {
  const range = { from: epochMs(from), to: epochMs(to) };
  const now = latestNow(provider, clock());
  const asked = { instrumentId: instrumentId(id), symbol, interval, range, now, signal };
  return provider.fetchBars(align === 'session' ? { ...asked, grid } : asked);
}
