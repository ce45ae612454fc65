import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { openBarsCollections } from '../../src/features/bars/collections.ts';
import { handleUpsertBars } from '../../src/features/bars/commands/upsert-bars/upsert-bars.command.ts';
import { answerGetBars } from '../../src/features/bars/queries/get-bars/get-bars.query.ts';
import { answerGetRevisions } from '../../src/features/bars/queries/get-revisions/get-revisions.query.ts';
import { divides, fixedStepMs, KNOWN_SCHEDULES, type BarColumns, type BarInterval } from '../../src/market/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { appointmentJson, openMinutes, type OpenMinute } from '../fixtures/market/session-model.ts';
import { at, LATER, portOf } from './a-store.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** With the end of summer in New York, Thanksgiving and the half day after it. */
const SPAN = { from: Date.UTC(2014, 9, 27), to: Date.UTC(2014, 11, 3) };
const DAYS = (SPAN.to - SPAN.from) / DAY;
const EARLY = Date.UTC(2015, 6, 1);
const LATE = Date.UTC(2015, 6, 3);

const known = new Map<string, readonly OpenMinute[]>();

function trackedMinutes(exchange: string, sessions: string): readonly OpenMinute[] {
  const all = known.get(exchange) ?? openMinutes(appointmentJson(exchange), SPAN.from, SPAN.to);
  known.set(exchange, all);
  return sessions === 'extended' ? all : all.filter(({ session }) => session === 'regular');
}

/** openTimes counted from each minute that follows no minute of its trading day. */
function modelOpenTimes(minutes: readonly OpenMinute[], stepMs: number): number[] {
  let opening = 0;
  return minutes.flatMap(({ time, tradingDay }, i) => {
    const before = minutes.at(i - 1);
    if (i === 0 || before?.time !== time - MINUTE || before.tradingDay !== tradingDay) opening = time;
    return (time - opening) % stepMs === 0 ? [time] : [];
  });
}

const scenario = fc.record({
  exchange: fc.constantFrom('NASDAQ', 'HKFE', 'CME'),
  sessions: fc.constantFrom('regular' as const, 'extended' as const),
  interval: fc.constantFrom<BarInterval[]>('15m', '30m', '45m', '1h', '2h', '4h'),
  start: fc.integer({ min: 1, max: DAYS - 8 }),
  days: fc.integer({ min: 1, max: 6 }),
  isHole: fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
  asked: fc.boolean(),
  order: fc.constantFrom('asc' as const, 'desc' as const),
});

/** A series that is aligned to sessions, against a model of their minutes and against bars derived from minutes. */
export function testSessionSeries(name: string, open: (t: TestContext) => Promise<Database>, numRuns: number): void {
  test(
    `${name}: a series aligned to sessions reads as bars derived from minutes do`,
    { timeout: 600_000 },
    async (t) => {
      const collections = await openBarsCollections(await open(t));
      const revisionsOf = answerGetRevisions(collections);
      let count = 0;
      await fc.assert(
        fc.asyncProperty(scenario, async ({ exchange, sessions, interval, start, days, isHole, asked, order }) => {
          const range = { from: SPAN.from + start * DAY, to: SPAN.from + (start + days) * DAY };
          const minutes = trackedMinutes(exchange, sessions);
          const openTimes = modelOpenTimes(minutes, fixedStepMs(interval) ?? NaN).filter(
            (time) => time >= range.from && time < range.to,
          );
          fc.pre(openTimes.length > 0);
          const schedule = KNOWN_SCHEDULES.get(exchange);
          const wide = { from: range.from - DAY, to: range.to + DAY }; // also bars that close after the range
          const spans = asked ? [{ ...wide, result: 'fetched' as const }] : [];
          const port = portOf({ isRegistered: true, schedule, sessions }, spans);
          const upsert = handleUpsertBars(collections, () => undefined, port.findInstrument);
          const get = answerGetBars(collections, port);

          // Bars of one instrument are derived from minutes, and stored as they are of another.
          const ofMinutes = `TEST:M${count}`;
          const instrumentId = `TEST:S${count++}`;
          const bars = minutes.filter(({ time }) => time >= wide.from && time < wide.to).map(({ time }) => rowOf(time));
          const stored = { provider: 'test', state: 'final' as const };
          await upsert({ ...stored, instrumentId: ofMinutes, interval: '1m', bars }, at(LATER));
          const bySession = { interval, align: 'session' as const };
          const derived = await get({ ...bySession, instrumentId: ofMinutes, ...range }, at(LATER));
          assert.deepEqual(Array.from(derived.columns.openTime), openTimes);
          const kept = openTimes.map((_, i) => !isHole[i % isHole.length] || i === 0);
          const columns = pick(derived.columns, kept);
          const written = { ...stored, ...bySession, instrumentId };
          const sent = { ...written, observedAt: EARLY, columns };
          const outcome = await upsert(sent, at(LATER));
          assert.deepEqual([outcome.inserted, outcome.rejected], [columns.openTime.length, []]);
          const again = await upsert(sent, at(LATER));
          assert.equal(again.unchanged, columns.openTime.length);

          const question = { ...bySession, instrumentId, ...range };
          const whole = await get(question, at(LATER));
          assert.equal(whole.storedInterval, `${interval}@session`);
          assert.deepEqual(whole.columns, columns);
          const holes = kept.filter((isKept) => !isKept).length;
          const { expected, returned, extra, missing, complete } = whole.completeness;
          assert.deepEqual([expected, returned, extra], [openTimes.length, openTimes.length - holes, 0]);
          assert.equal(
            missing.reduce((sum, { bars: lost }) => sum + lost, 0),
            holes,
          );
          assert.ok(missing.every(({ reason }) => reason === (asked ? 'noTrades' : 'notFetched')));
          assert.equal(complete, holes === 0 || asked);

          // Page by page it is the same.
          const paged: number[] = [];
          for (let cursor: string | undefined, isLast = false; !isLast;) {
            const page = await get(
              { ...question, order, limit: 3, ...(cursor === undefined ? {} : { cursor }) },
              at(LATER),
            );
            paged.push(...page.columns.openTime);
            cursor = page.nextCursor;
            isLast = cursor === undefined;
          }
          assert.deepEqual(order === 'asc' ? paged : paged.reverse(), Array.from(columns.openTime));

          // Days, and longer bars that begin with the same openings, are derived from it.
          for (const larger of (['1h', '4h', '1d'] as const).filter((one) => divides(interval, one))) {
            if (holes > 0) continue;
            const [made, wanted] = await Promise.all(
              [instrumentId, ofMinutes].map((id) =>
                get({ ...question, instrumentId: id, interval: larger }, at(LATER)),
              ),
            );
            assert.equal(made.storedInterval, `${interval}@session`);
            assert.deepEqual(valuesIn(made.columns, range), valuesIn(wanted.columns, range));
          }

          // The clock knows nothing of it.
          const byClock = await get({ instrumentId, interval, ...range }, at(LATER));
          assert.deepEqual([byClock.columns.openTime.length, byClock.storedInterval], [0, undefined]);
          assert.deepEqual(byClock.storedIntervals, [`${interval}@session`]);

          // What was corrected later was not known before.
          const [openTime] = columns.openTime;
          const correction = { ...rowOf(openTime), high: 1_000_000 };
          await upsert({ ...written, bars: [correction], observedAt: LATE }, at(LATER));
          const asOf = await get({ ...question, asOf: LATE - 1 }, at(LATER));
          assert.deepEqual(
            pick(
              asOf.columns,
              Array.from(columns.openTime, () => true),
            ),
            columns,
          );
          assert.equal((await get(question, at(LATER))).columns.high[0], 1_000_000);
          const revisions = await revisionsOf({ ...bySession, instrumentId, openTime }, at(LATER));
          assert.deepEqual(
            revisions.map(({ high }) => high),
            [columns.high[0], 1_000_000],
          );

          const off = openTimes.map((time) => rowOf(time + 5 * MINUTE));
          const refused = await upsert({ ...written, bars: off }, at(LATER));
          assert.deepEqual(new Set(refused.rejected.map(({ code }) => code)), new Set(['notAligned']));
          assert.equal(refused.rejected.length, off.length);
        }),
        { numRuns },
      );
    },
  );
}

/** A bar whose values tell its time. */
function rowOf(openTime: number) {
  const price = 100 + ((openTime / MINUTE) % 97);
  return { openTime, open: price, high: price + 2, low: price - 2, close: price + 1, volume: (openTime / MINUTE) % 13 };
}

function pick(columns: BarColumns, kept: readonly boolean[]): BarColumns {
  const isKept = (_value: number, i: number): boolean => kept[i];
  return {
    openTime: columns.openTime.filter(isKept),
    open: columns.open.filter(isKept),
    high: columns.high.filter(isKept),
    low: columns.low.filter(isKept),
    close: columns.close.filter(isKept),
    volume: columns.volume.filter(isKept),
    state: new Uint8Array(kept.filter(Boolean).length).fill(2),
  };
}

/** Not of the ends of the range, which the session series has no bars beyond. */
function valuesIn(
  { openTime, open, high, low, close, volume }: BarColumns,
  { from, to }: { from: number; to: number },
) {
  return Array.from(openTime, (time, i) => [time, open[i], high[i], low[i], close[i], volume[i]]).filter(
    ([time]) => time >= from + 2 * DAY && time < to - 2 * DAY,
  );
}
