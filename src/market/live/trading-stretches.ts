import { closeTimeOf, DAY_MS, type BarInterval } from '../interval/bar-interval.ts';
import { isTracked, type SessionSchedule, type TrackedSessions } from '../session/session-schedule.ts';
import { stretchesOfDay } from '../session/stretches.ts';
import { sessionsEndingAfter, stretchesOf } from '../session/trading-days.ts';
import type { Span } from '../time/span.ts';

/** Trading without a pause, of one trading day. */
export interface TradingStretch extends Span {
  /** Epoch ms of the day's 00:00Z. */
  readonly day: number;
}

/** Where the tracked sessions of an exchange that closes lie. It remembers the last answer: zones cost time. */
export class TradingStretches {
  readonly #schedule: SessionSchedule;
  readonly #tracked: TrackedSessions;
  #known: Span = { from: 0, to: 0 };
  #stretch: TradingStretch | undefined;

  constructor(schedule: SessionSchedule, tracked: TrackedSessions) {
    this.#schedule = schedule;
    this.#tracked = tracked;
  }

  /** The stretch that holds a moment; `undefined` if no tracked session runs then. */
  at(time: number): TradingStretch | undefined {
    if (time >= this.#known.from && time < this.#known.to) return this.#stretch;
    const found = sessionsEndingAfter(this.#schedule, time, ({ session }) => isTracked(session, this.#tracked));
    const next = found && stretchesOf(found.sessions).find(({ to }) => to > time);
    if (found === undefined || next === undefined) return undefined;
    const isRunning = next.from <= time;
    this.#known = isRunning ? next : { from: time, to: next.from };
    this.#stretch = isRunning ? { day: found.day, ...next } : undefined;
    return this.#stretch;
  }

  /** From the first tracked opening to the last close of a day, week or month; `undefined` if it has none. */
  spanOf(openTime: number, interval: BarInterval): Span | undefined {
    const end = closeTimeOf(openTime, interval);
    let first = openTime;
    while (first < end && this.#stretchesOf(first).length === 0) first += DAY_MS;
    let last = end - DAY_MS;
    while (last > first && this.#stretchesOf(last).length === 0) last -= DAY_MS;
    const from = this.#stretchesOf(first).at(0)?.from;
    const to = this.#stretchesOf(last).at(-1)?.to;
    return first === end || from === undefined || to === undefined ? undefined : { from, to };
  }

  #stretchesOf(day: number): readonly Span[] {
    return stretchesOfDay(this.#schedule, day, this.#tracked);
  }
}
