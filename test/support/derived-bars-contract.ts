import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { openBarsCollections } from '../../src/features/bars/collections.ts';
import { handleUpsertBars } from '../../src/features/bars/commands/upsert-bars/upsert-bars.command.ts';
import { answerGetBars, type BarsAnswer } from '../../src/features/bars/queries/get-bars/get-bars.query.ts';
import { BAR_STATES, KNOWN_SCHEDULES, type BarInterval } from '../../src/market/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { lengthOf, modelBars, type ModelBar, type ModelPart } from '../fixtures/market/derived-model.ts';
import { openMinutes, appointmentJson, type OpenMinute } from '../fixtures/market/session-model.ts';
import { at, portOf, LATER } from './a-store.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** A month with the end of winter in New York and Chicago, and the weeks that reach over its ends. */
const SPAN = { from: Date.UTC(2014, 1, 26), to: Date.UTC(2014, 3, 8) };
const MONTH = { from: Date.UTC(2014, 2, 1), to: Date.UTC(2014, 3, 1) };
/** When bars were first known, and when the late ones were. */
const EARLY = Date.UTC(2014, 6, 1);
const LATE = Date.UTC(2014, 6, 3);

const known = new Map<string, readonly OpenMinute[]>();

function trackedMinutes(exchange: string, sessions: string): readonly OpenMinute[] {
  const all = known.get(exchange) ?? openMinutes(appointmentJson(exchange), SPAN.from, SPAN.to);
  known.set(exchange, all);
  return sessions === 'extended' ? all : all.filter(({ session }) => session === 'regular');
}

/** What may be derived from what: stored bars that begin and end with the sessions, and longer ones. */
const PAIRS: readonly (readonly [BarInterval, BarInterval])[] = [
  ['5m', '15m'],
  ['5m', '45m'],
  ['5m', '1h'],
  ['5m', '4h'],
  ['5m', '1d'],
  ['5m', '1w'],
  ['5m', '1M'],
  ['15m', '30m'],
  ['15m', '1h'],
  ['15m', '2h'],
  ['15m', '12h'],
  ['15m', '1d'],
  ['15m', '1w'],
  ['15m', '1M'],
  ['1d', '1w'],
  ['1d', '1M'],
];

const scenario = fc.record({
  exchange: fc.constantFrom('NASDAQ', 'CME', 'HKFE', 'COINBASE'),
  sessions: fc.constantFrom('regular' as const, 'extended' as const),
  pair: fc.constantFrom(...PAIRS),
  align: fc.constantFrom('clock' as const, 'session' as const, undefined),
  minState: fc.constantFrom('provisional' as const, 'final' as const),
  order: fc.constantFrom('asc' as const, 'desc' as const),
  limit: fc.constantFrom(undefined, 3, 40),
  isAsOfEarly: fc.boolean(),
  /** Where history begins in the month, and how long it is, in days. */
  start: fc.integer({ min: 0, max: 20 }),
  days: fc.integer({ min: 1, max: 16 }),
  holes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 40 })), {
    maxLength: 8,
  }),
  lateEvery: fc.constantFrom(0, 7, 50),
  provisionalEvery: fc.constantFrom(0, 11, 200),
  outsideEvery: fc.constantFrom(0, 9),
  asked: fc.array(fc.tuple(fc.integer({ min: -1, max: 30 }), fc.integer({ min: 1, max: 20 })), { maxLength: 3 }),
  range: fc.tuple(
    fc.integer({ min: 0, max: 25 }),
    fc.integer({ min: 0, max: 1_439 }),
    fc.integer({ min: 1, max: 12 * 1_440 }),
  ),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

/** Derived bars and what is said of them, against a model that looks at each minute of the sessions. */
export function testDerivedBars(name: string, open: (t: TestContext) => Promise<Database>, numRuns: number): void {
  test(`${name}: each derived bar is whole, partial or missing as its parts tell`, { timeout: 600_000 }, async (t) => {
    const database = await open(t);
    const collections = await openBarsCollections(database);
    const upsert = handleUpsertBars(collections, () => undefined, portOf().findInstrument);
    let count = 0;
    await fc.assert(
      fc.asyncProperty(scenario, async (made) => {
        const { exchange, sessions, pair, align, minState, order, limit, isAsOfEarly } = made;
        const [stored, interval] = pair;
        const instrumentId = `TEST:S${count++}`;
        const { early, late, asked } = historyOf(made);
        for (const [parts, observedAt] of [
          [early, EARLY],
          [late, LATE],
        ] as const)
          if (parts.length > 0)
            await upsert(
              { instrumentId, interval: stored, provider: 'test', observedAt, bars: parts.map(rowOf) },
              at(LATER),
            );
        if (early.length === 0) return; // another question: nothing was stored as of then
        const schedule = KNOWN_SCHEDULES.get(exchange);
        assert.ok(schedule);
        const spans = asked.map((span) => ({ ...span, result: 'fetched' as const }));
        const answer = answerGetBars(collections, portOf({ isRegistered: true, schedule, sessions }, spans));
        const from = MONTH.from + made.range[0] * DAY + made.range[1] * MINUTE;
        const to = Math.min(from + made.range[2] * MINUTE, MONTH.to);
        const isTradingDay = align !== 'clock' && interval.match(/[dwM]$/) !== null && !schedule.neverCloses;
        const model = modelBars({
          minutes: trackedMinutes(exchange, sessions),
          partMs: lengthOf(stored),
          interval,
          align: (align === 'session' && !schedule.neverCloses) || isTradingDay ? 'session' : 'clock',
          parts: isAsOfEarly ? early : [...early, ...late].sort((a, b) => a.openTime - b.openTime),
          asked,
        }).filter(({ openTime }) => openTime >= from && openTime < to);

        const question = {
          instrumentId,
          interval,
          from,
          to,
          order,
          minState,
          ...(align === undefined ? {} : { align }),
          ...(limit === undefined ? {} : { limit }),
          ...(isAsOfEarly ? { asOf: LATE - 1 } : {}),
        };
        const pages: BarsAnswer[] = [await answer(question, at(LATER))];
        for (let last = pages[0]; last.nextCursor !== undefined; pages.push(last))
          last = await answer({ ...question, cursor: last.nextCursor }, at(LATER));
        for (const page of pages) assertAddsUp(page);
        assertSame(pages, model, minState === 'final', order === 'desc');
      }),
      { numRuns },
    );
  });
}

/** Stored bars of the sessions but for holes, some late, some provisional, some outside; and what was asked for. */
function historyOf({ exchange, sessions, pair: [stored], start, days, ...made }: Scenario) {
  const partMs = lengthOf(stored);
  const begin = MONTH.from + start * DAY;
  const inside = new Set(
    trackedMinutes(exchange, sessions)
      .map(({ time, tradingDay }) => (partMs === DAY ? tradingDay : Math.floor(time / partMs) * partMs))
      .filter((time) => time >= begin && time < Math.min(begin + days * DAY, MONTH.to)),
  );
  const times = [...inside].sort((a, b) => a - b);
  const holes = new Set<number>();
  for (const [place, length] of made.holes)
    for (let i = Math.floor(place * times.length); i < Math.floor(place * times.length) + length; i++) holes.add(i);
  const outside =
    made.outsideEvery === 0 || partMs === DAY
      ? []
      : Array.from({ length: (days * DAY) / partMs }, (_, i) => begin + i * partMs).filter(
          (time, i) => i % made.outsideEvery === 0 && !inside.has(time) && time < MONTH.to,
        );
  const kept = [...times.filter((_, i) => !holes.has(i)), ...outside].sort((a, b) => a - b);
  const isEvery = (every: number, i: number): boolean => every > 0 && i % every === every - 1;
  const parts = kept.map((openTime, i) => ({
    part: { openTime, isFinal: !isEvery(made.provisionalEvery, i) },
    isLate: isEvery(made.lateEvery, i),
  }));
  const asked: { from: number; to: number }[] = [];
  for (const [day, length] of made.asked.toSorted(([a], [b]) => a - b)) {
    const from = Math.max(MONTH.from + day * DAY, asked.at(-1)?.to ?? -Infinity);
    const to = MONTH.from + (day + length) * DAY;
    if (from < to && from === asked.at(-1)?.to) asked[asked.length - 1] = { from: asked[asked.length - 1].from, to };
    else if (from < to) asked.push({ from, to });
  }
  return {
    early: parts.filter(({ isLate }) => !isLate).map(({ part }) => part),
    late: parts.filter(({ isLate }) => isLate).map(({ part }) => part),
    asked,
  };
}

function rowOf({ openTime, isFinal }: ModelPart) {
  return { openTime, open: 1, high: 1, low: 1, close: 1, volume: 1, state: isFinal ? 'final' : 'provisional' };
}

/** What every answer must do, page or not. */
function assertAddsUp({ columns, completeness }: BarsAnswer): void {
  const { expected = NaN, returned, extra, partial, missing, parts } = completeness;
  assert.equal(returned, columns.openTime.length);
  assert.equal(returned - extra + missing.reduce((sum, { bars }) => sum + bars, 0), expected);
  assert.equal(
    partial,
    columns.isPartial?.reduce((sum, code) => sum + code, 0),
  );
  assert.ok(parts);
  assert.equal(parts.held - parts.extra + parts.missing, parts.expected);
  assert.ok(missing.every(({ from, to }, i) => from < to && (i === 0 || from >= missing[i - 1].from)));
}

function assertSame(
  pages: readonly BarsAnswer[],
  model: readonly ModelBar[],
  isFinalOnly: boolean,
  isDescending: boolean,
) {
  const isAnswered = ({ isReturned, isFinal }: ModelBar): boolean => isReturned && (isFinal || !isFinalOnly);
  const read = pages.flatMap(({ columns }) =>
    Array.from(columns.openTime, (openTime, i) => [
      new Date(openTime).toISOString(),
      BAR_STATES[columns.state[i]],
      columns.isPartial?.[i] === 1,
    ]),
  );
  const expected = model
    .filter(isAnswered)
    .map((bar) => [new Date(bar.openTime).toISOString(), bar.isFinal ? 'final' : 'provisional', bar.isPartial]);
  assert.deepEqual(isDescending ? read.reverse() : read, expected);
  const all = pages.map(({ completeness }) => completeness);
  const sum = (count: (one: BarsAnswer['completeness']) => number | undefined) =>
    all.reduce((total, one) => total + (count(one) ?? NaN), 0);
  const barsMissing = (isOf: (reason: string) => boolean) =>
    sum(({ missing }) => missing.reduce((total, { bars, reason }) => total + (isOf(reason) ? bars : 0), 0));
  const counted = (isCounted: (bar: ModelBar) => boolean) => model.filter(isCounted).length;
  assert.deepEqual(
    {
      expected: sum((one) => one.expected),
      extra: sum((one) => one.extra),
      partial: sum((one) => one.partial),
      lost: sum(({ missing }) => missing.reduce((total, { parts = 0 }) => total + parts, 0)),
      noTrades: barsMissing((reason) => reason === 'noTrades'),
      notYet: barsMissing((reason) => reason === 'notYet'),
      notFetched: barsMissing((reason) => reason === 'notFetched'),
      isComplete: all.every(({ complete, truncated }) => complete || (truncated && pages.length > 1)),
    },
    {
      expected: counted(({ isExpected }) => isExpected),
      extra: counted((bar) => isAnswered(bar) && !bar.isExpected),
      partial: counted((bar) => isAnswered(bar) && bar.isPartial),
      lost: model.filter(isAnswered).reduce((total, { lost }) => total + lost, 0),
      noTrades: counted((bar) => !bar.isReturned && bar.isExpected && bar.isAsked),
      notYet: counted((bar) => bar.isReturned && !isAnswered(bar) && bar.isExpected && !bar.isPartial),
      notFetched: counted(
        (bar) => bar.isExpected && !isAnswered(bar) && (bar.isReturned ? bar.isPartial : !bar.isAsked),
      ),
      isComplete: isEachPageComplete(pages, model, isAnswered),
    },
  );
}

/** Of pages that were cut off only the last can be complete. */
function isEachPageComplete(
  pages: readonly BarsAnswer[],
  model: readonly ModelBar[],
  isAnswered: (bar: ModelBar) => boolean,
): boolean {
  const { from, to } = pages[pages.length - 1].completeness;
  return model
    .filter(({ openTime }) => openTime >= from && openTime < to)
    .every((bar) => (isAnswered(bar) ? bar.lost === 0 : !bar.isExpected || (!bar.isReturned && bar.isAsked)));
}
