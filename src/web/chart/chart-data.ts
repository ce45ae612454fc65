import { PocketQuantProblem, type Answer } from '../../client/index.ts';
import { takeOrAsk } from '../ahead.ts';
import { client } from '../client.ts';
import type { TileContent } from './bar-tiles.ts';
import type { ShownSpan, Span } from './view.ts';
import { correctionsOf, type Correction } from './corrections.ts';
import type { FetchedSeries } from './gap-jobs.ts';
import { INTERVALS, lengthMs, sourceOf, type Interval } from '../intervals.ts';
import { barsOf, type Gap } from './rows.ts';
import type { Tile } from './tiles.ts';

/** Which bars are asked for, beside the interval and the range. */
export interface SeriesAsked {
  readonly instrumentId: string;
  readonly align: 'session' | undefined;
  readonly asOf: number | undefined;
}

/** As many as a page may have. */
const MOST_BARS = 50_000;

/** Reads the bars of a tile and what is missing in it, the bar that runs among them. */
export function tileLoader(series: SeriesAsked) {
  return async (tile: Tile, signal: AbortSignal): Promise<TileContent> => {
    const { bars, completeness } = await readSpan(series, tile, signal);
    return { bars, gaps: completeness.missing.map(gapOf) };
  };
}

/** Bars and completeness of a span, as the API says them. */
export function readSpan(series: SeriesAsked, span: ShownSpan, signal: AbortSignal): ReturnType<typeof askSpan> {
  return takeOrAsk(spanQuestion(series, span), () => askSpan(series, span, signal));
}

export async function askSpan(series: SeriesAsked, span: ShownSpan, signal?: AbortSignal) {
  const answer = await client.getBars(inputOf(series, span), { signal });
  return { span, bars: barsOf(answer.columns, answer.states), completeness: answer.completeness };
}

export function spanQuestion(series: SeriesAsked, span: ShownSpan): string {
  return client.urlOf('getBars', inputOf(series, span));
}

function inputOf({ instrumentId, align, asOf }: SeriesAsked, { interval, from, to }: ShownSpan) {
  const include = asOf === undefined ? ('current' as const) : undefined;
  const format = 'columns' as const;
  return { instrumentId, interval, from, to, align, asOf, include, limit: MOST_BARS, format };
}

/** Corrected bars of a span; none where it has too many bars to look through. */
export async function readCorrections(
  { instrumentId, interval, align }: FetchedSeries,
  { from, to }: Span,
  signal: AbortSignal,
): Promise<readonly Correction[]> {
  if ((to - from) / lengthMs(interval) > MOST_BARS) return [];
  const { revisions } = await client.getRevisions({ instrumentId, interval, align, from, to }, { signal });
  return correctionsOf(revisions);
}

/** When the first and the last bar of a series became known. */
export async function firstKnown(
  { instrumentId, interval, align }: FetchedSeries,
  stored: Span,
  signal: AbortSignal,
): Promise<number> {
  const known = await Promise.all(
    [stored.from, stored.to].map((openTime) =>
      client.getRevisions({ instrumentId, interval, align, openTime }, { signal }),
    ),
  );
  return Math.min(...known.flatMap(({ revisions }) => revisions.map(({ observedAt }) => Date.parse(observedAt))));
}

interface GapJson extends Omit<Gap, 'from' | 'to'> {
  readonly from: string;
  readonly to: string;
}

export function gapOf({ from, to, ...gap }: GapJson): Gap {
  return { ...gap, from: Date.parse(from), to: Date.parse(to) };
}

export type Instrument = Answer<'getSymbol'>;

/** An instrument as it is stored; one that is not has no series yet. */
export function findInstrument(instrumentId: string, signal: AbortSignal): Promise<Instrument> {
  return takeOrAsk(instrumentQuestion(instrumentId), () => askInstrument(instrumentId, signal));
}

export const instrumentQuestion = (instrumentId: string): string => client.urlOf('getSymbol', { instrumentId });

export async function askInstrument(instrumentId: string, signal?: AbortSignal): Promise<Instrument> {
  try {
    return await client.getSymbol({ instrumentId }, { signal });
  } catch (error) {
    if (error instanceof PocketQuantProblem && error.status === 404) return { ...UNKNOWN, instrumentId };
    throw error;
  }
}

const UNKNOWN: Omit<Instrument, 'instrumentId'> = {
  name: null,
  assetType: null,
  currency: null,
  schedule: null,
  timeZone: null,
  sessions: 'regular',
  priceDecimals: null,
  listedFrom: null,
  listedTo: null,
  aliases: [],
  series: [],
};

/** Where the bars of an interval are, and where others may be: some room before the first and behind the last, or all time to come. */
export function spansOf(
  instrument: Instrument,
  interval: Interval,
  align: 'session' | undefined,
  now: number,
): { stored: Span; within: Span } | undefined {
  const source = sourceOf(instrument.series, interval, align);
  if (source === undefined) return undefined;
  const held = instrument.series.filter(({ first }) => first !== null);
  const times = (edge: 'first' | 'last'): number[] => held.map((series) => Date.parse(series[edge] ?? ''));
  const room = ROOM_BARS * lengthMs(interval);
  const stored = { from: Date.parse(source.first ?? ''), to: Date.parse(source.last ?? '') };
  const to = Math.max(...times('last')) + room;
  return { stored, within: { from: Math.min(...times('first')) - room, to: to < now ? to : Infinity } };
}

const ROOM_BARS = 2_000;

/** What is shown where the link names no interval. */
export function finestHeld({ series }: Instrument): Interval {
  return INTERVALS.find((interval) => series.some((one) => one.interval === interval)) ?? '1m';
}
