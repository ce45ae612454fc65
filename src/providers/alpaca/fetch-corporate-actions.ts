import { DAY_MS, isoOfEpochMs, type TimeRange } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import type { Requester } from '../../platform/requests/index.ts';
import type { CorporateAction } from '../contract/index.ts';
import { dividendOf, splitOf } from './mapper.ts';
import { readCorporateActions } from './schema.ts';

// Alpaca asks by the day it processes an action, which for a dividend is that of the payment, weeks after the ex-day.
const DAYS_BEFORE = 31;
const DAYS_AFTER = 180;
const MOST_PAGES = 100;

/** By ex-day, oldest first. */
export async function fetchCorporateActions(
  requester: Requester,
  symbol: string,
  { from, to }: TimeRange,
  signal: AbortSignal,
): Promise<readonly CorporateAction[]> {
  const params = {
    symbols: symbol,
    types: 'forward_split,reverse_split,cash_dividend',
    start: dateOf(from - DAYS_BEFORE * DAY_MS),
    end: dateOf(to + DAYS_AFTER * DAY_MS),
    limit: 1_000,
  };
  const actions: CorporateAction[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { json } = await requester.getJson('/v1/corporate-actions', { ...params, page_token: token }, { signal });
    const { corporate_actions: told, next_page_token } = readCorporateActions(json);
    const splits = [...(told.forward_splits ?? []), ...(told.reverse_splits ?? [])];
    const mine = (action: { readonly symbol: string }): boolean => action.symbol === symbol;
    actions.push(...splits.filter(mine).map(splitOf), ...(told.cash_dividends ?? []).filter(mine).map(dividendOf));
    token = next_page_token ?? undefined;
    if (token === undefined)
      return actions.filter(({ exDay }) => exDay >= from && exDay < to).sort((a, b) => a.exDay - b.exDay);
  }
  throw new ProviderError('PROVIDER_ANSWER_INVALID', 'alpaca: pages of corporate actions without end');
}

function dateOf(time: number): string {
  return isoOfEpochMs(time).slice(0, 10);
}
