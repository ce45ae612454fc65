import type { Alignment, BarInterval } from '../../../market/index.ts';
import { InvalidRequestError } from '../../../platform/errors/index.ts';
import type { Order } from './read-bars.ts';

/** What is asked about bars; `getBars` tells what each field means. Times are UTC epoch ms. */
export interface BarsQuestion {
  readonly instrumentId: string;
  readonly interval: BarInterval;
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
  readonly order?: Order;
  readonly cursor?: string;
  readonly asOf?: number;
  readonly minState?: 'provisional' | 'final';
  readonly align?: Alignment;
  /** `current`: the bar that still runs too. */
  readonly include?: 'current';
  /** `false`: only what is stored at this very interval, as who fills it must know. */
  readonly derive?: boolean;
}

/** @throws InvalidRequestError `INVALID_REQUEST` if the bar that runs is asked for where it cannot be answered */
export function requireSense({ include, asOf, minState }: BarsQuestion): void {
  if (include === undefined) return;
  if (asOf !== undefined)
    throw new InvalidRequestError(
      'INVALID_REQUEST',
      'The current bar has no history; leave out include=current or asOf',
    );
  if (minState === 'final')
    throw new InvalidRequestError(
      'INVALID_REQUEST',
      'The current bar is not final; leave out include=current or minState',
    );
}

/** What a cursor is for: all of the question but how much of it is wanted at once. */
export function scopeOf({ limit: _limit, cursor: _cursor, ...scope }: BarsQuestion) {
  return scope;
}
