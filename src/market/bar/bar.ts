import type { EpochMs } from '../time/epoch-ms.ts';

/**
 * `open`: its interval still runs. `provisional`: closed, may still change.
 * `final`: changes only by revision. A bar's place in this list is its code in columns.
 */
export const BAR_STATES = ['open', 'provisional', 'final'] as const;
export type BarState = (typeof BAR_STATES)[number];

export const OPEN = 0;
export const PROVISIONAL = 1;
export const FINAL = 2;

/** OHLCV of one series over one interval. Prices are finite doubles, raw, and may be negative. */
export interface Bar {
  /** Inclusive start, UTC epoch ms; for `1d 1w 1M` 00:00Z of the trading day, Monday or first of the month. */
  readonly openTime: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Shares, contracts or base units traded; `undefined` when the provider does not say. */
  readonly volume?: number;
  /** How many trades there were. */
  readonly trades?: number;
  /** What was paid in all, the sum of price x size: turnover / volume is the average price. */
  readonly turnover?: number;
  /** Contracts that were open at the end of the bar. */
  readonly openInterest?: number;
  readonly state: BarState;
  /** Whether a part of it is missing; absent where it is as it was stored, and so whole. */
  readonly isPartial?: boolean;
}

/** A bar with where and when its value came from. */
export interface ObservedBar extends Bar {
  readonly provider: string;
  /** When this value became known here, UTC epoch ms. */
  readonly observedAt: EpochMs;
}

/** Why a bar is not stored. The text is data, served as it is. */
export const BAR_FAULTS = [
  'invalidBar',
  'invalidPrice',
  'highLowOrder',
  'negativeVolume',
  'invalidTrades',
  'invalidTurnover',
  'invalidOpenInterest',
  'notAligned',
  'inFuture',
  'duplicateInBatch',
  'ambiguousTime',
] as const;
export type BarFault = (typeof BAR_FAULTS)[number];
