import {
  addsUp,
  closeTimeOf,
  countOpenTimes,
  defaultGrid,
  FINAL,
  openTimeAt,
  partsOutside,
  PROVISIONAL,
  type BarColumns,
  type BarInterval,
  type InstrumentId,
  type Span,
  type TrackedHours,
} from '../../../market/index.ts';
import { ProviderError } from '../../../platform/errors/index.ts';
import { vendorNow, type MarketDataProvider, type RequestedInstrument } from '../../../providers/contract/index.ts';
import type { LivePort } from '../port.ts';

/** One subscription as its feed works on it. */
export interface FedInstrument extends TrackedHours {
  readonly instrumentId: InstrumentId;
  /** The vendor's own code, where the instrument's aliases name it. */
  readonly symbol: string | undefined;
  /** Ascending. */
  readonly intervals: readonly BarInterval[];
  /** The finest of them that the vendor has history of: what an outage is filled with. */
  readonly base: BarInterval | undefined;
}

export interface HistoryTools {
  readonly provider: MarketDataProvider;
  readonly port: LivePort;
  /** UTC epoch ms. */
  readonly clock: () => number;
  /** Ends what is asked, as when the connection that it was asked for is gone. */
  readonly signal: AbortSignal;
}

/** More bars than these are left to a job in the background: nobody waits for live bars that long. */
const MOST_BARS = 20_000;

/**
 * Makes the stored bars of `[from, until)` what the provider's history says, in every interval: the finest is fetched,
 * larger ones are made of it where that is exact, or fetched too. Both ends are openTimes of the finest.
 * @returns up to where history will not change any more, at most `until`, UTC epoch ms
 * @throws ProviderError if the finest could not be had up to `until`
 */
export async function settleHistory(
  instrument: FedInstrument,
  { from, until }: { readonly from: number; readonly until: number },
  tools: HistoryTools,
): Promise<number> {
  const { instrumentId: id, base, intervals } = instrument;
  if (base === undefined || from >= until) return until;
  const { port, clock, signal } = tools;
  const since = Math.max(from, until - MOST_BARS * (closeTimeOf(from, base) - openTimeAt(from, base)));
  if (since > from) await leaveToJobs(instrument, { from, to: since }, tools);
  const provider = tools.provider.name;
  const covered = await port.fetchRange({ instrumentId: id, interval: base, provider, from: since, to: until }, signal);
  if (!covers(covered, since, until))
    throw new ProviderError(
      'PROVIDER_ANSWER_INVALID',
      `${provider} does not know all of the newest ${base} bars of ${id} yet`,
    );
  // Now, as the answer has told the vendor's time.
  const finalMoment = vendorNow(tools.provider, clock()) - tools.provider.finalityDelayMs(base);
  const finalUntil = Math.min(until, openTimeAt(finalMoment, base));
  const window: SettledWindow = { from: since, to: until, finalUntil };
  const exact: BarInterval[] = [base];
  for (const interval of intervals.slice(intervals.indexOf(base) + 1))
    if (await settleLarger(instrument, interval, window, exact, tools)) exact.push(interval);
  return Math.max(since, finalUntil);
}

/** What was fetched of the finest interval. */
interface SettledWindow extends Span {
  /** What is older does not change any more. */
  readonly finalUntil: number;
}

function covers(covered: readonly Span[], from: number, to: number): boolean {
  return (
    partsOutside(
      { from, to },
      covered.toSorted((a, b) => a.from - b.from),
    ).length === 0
  );
}

/** Which is not the one that runs by UTC where the sessions of a trading day lie on two dates. */
function firstEndingAfter(time: number, interval: BarInterval, hours: TrackedHours): number {
  const openTime = openTimeAt(time, interval);
  const before = openTimeAt(openTime - 1, interval);
  return defaultGrid(interval, hours).spanOf(before).to > time ? before : openTime;
}

async function leaveToJobs(
  { instrumentId: id, intervals }: FedInstrument,
  span: Span,
  { provider, port }: HistoryTools,
): Promise<void> {
  for (const interval of intervals) {
    const range = { from: openTimeAt(span.from, interval), to: openTimeAt(span.to, interval) };
    if (range.from < range.to && provider.intervals.includes(interval))
      await port.orderSync({ instrumentId: id, interval, provider: provider.name, ...range });
  }
}

/** @returns whether its bars in the window are exactly those of the finest interval */
async function settleLarger(
  instrument: FedInstrument,
  interval: BarInterval,
  window: SettledWindow,
  exact: readonly BarInterval[],
  tools: HistoryTools,
): Promise<boolean> {
  const { instrumentId: id } = instrument;
  const { port, provider, signal } = tools;
  const range = {
    from: firstEndingAfter(window.from, interval, instrument),
    to: firstEndingAfter(window.to, interval, instrument),
  };
  if (range.from >= range.to) return true;
  const grid = defaultGrid(interval, instrument);
  const whole = { from: grid.spanOf(range.from).from, to: grid.spanOf(openTimeAt(range.to - 1, interval)).to };
  const series = { instrumentId: id, interval, provider: provider.name };
  const sources = exact.filter((smaller) => addsUp(smaller, interval, instrument));
  for (const source of sources.toReversed()) {
    const parts = await wholeParts({ instrumentId: id, interval: source, ...whole }, window, port);
    if (parts === undefined) continue;
    await storeDerived(grid.aggregate(parts), series, window, tools);
    const finalTo = Math.min(range.to, firstEndingAfter(window.finalUntil, interval, instrument));
    if (range.from < finalTo) await port.recordFetched({ ...series, from: range.from, to: finalTo });
    return true;
  }
  const [finest] = sources;
  if (provider.intervals.includes(interval)) await port.fetchRange({ ...series, ...range }, signal);
  else if (
    finest !== undefined &&
    whole.from < window.from &&
    countOpenTimes(whole.from, whole.to, finest) <= MOST_BARS
  ) {
    // Made of what was not asked for so far, as the first bar of a subscription is.
    await port.fetchRange({ ...series, interval: finest, from: whole.from, to: window.from }, signal);
    return settleLarger(instrument, interval, { ...window, from: whole.from }, [finest], tools);
  }
  return false;
}

/** Stored bars of a range; `undefined` if some may be missing. */
async function wholeParts(
  question: { readonly instrumentId: string; readonly interval: BarInterval } & Span,
  window: Span,
  { storedBars }: LivePort,
): Promise<BarColumns | undefined> {
  const { columns, missing } = await storedBars(question);
  // Of what was fetched just now it is known that where there is no bar nothing traded.
  const isWhole = missing?.every(({ from, to }) => from >= window.from && to <= window.to) ?? false;
  return isWhole ? columns : undefined;
}

async function storeDerived(
  columns: BarColumns,
  series: { readonly instrumentId: string; readonly interval: BarInterval; readonly provider: string },
  { finalUntil }: SettledWindow,
  { provider, port, clock }: HistoryTools,
): Promise<void> {
  const { openTime } = columns;
  if (openTime.length === 0) return;
  const stateOf = (time: number): number => (closeTimeOf(time, series.interval) <= finalUntil ? FINAL : PROVISIONAL);
  const state = Uint8Array.from(openTime, stateOf);
  await port.upsertBars({ ...series, vendorNow: vendorNow(provider, clock()), columns: { ...columns, state } });
}

/** As a provider is asked for it. */
export const requestedOf = ({ instrumentId, symbol }: FedInstrument): RequestedInstrument => ({ instrumentId, symbol });
