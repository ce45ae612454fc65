import { ConflictError } from '../../../platform/errors/index.ts';
import type { BarsPage } from '../../../providers/contract/index.ts';
import type { SyncPort, SyncTask } from '../port.ts';

/**
 * Pence never stand beside pounds: what a provider names with its bars is what the series and the instrument have.
 * @throws ConflictError `OTHER_CURRENCY`
 */
export async function requireSameCurrency(
  { currency, columns }: BarsPage,
  series: Pick<SyncTask, 'instrumentId' | 'interval' | 'align'>,
  providerName: string,
  { ledgerOf, currencyOf, barsAtEdge }: SyncPort,
): Promise<void> {
  if (currency === undefined || columns.openTime.length === 0) return;
  const [declared, stored] = await Promise.all([
    currencyOf(series.instrumentId),
    ledgerOf({ ...series, from: 0, to: 1 }).then((ledger) => ledger.currency),
  ]);
  const named = `${providerName} gives the prices of ${series.instrumentId} in ${currency}`;
  if (stored !== undefined && stored !== currency) {
    const { openTime } = await barsAtEdge({ ...series, limit: 1, order: 'asc' });
    if (openTime.length > 0)
      throw new ConflictError(
        'OTHER_CURRENCY',
        `${named}, its ${series.interval} bars are in ${stored}; delete these first, or take another provider`,
      );
  }
  if (declared !== undefined && declared !== currency)
    throw new ConflictError(
      'OTHER_CURRENCY',
      `${named}, but the instrument is declared to be in ${declared}; correct that, or take another provider`,
    );
}
