import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aRow, aStore, at, LATER, minute, portOf } from '../../../../test/support/a-store.ts';
import { parseChunkId } from '../../../chunk/index.ts';
import { BAR_FIELDS, barsOf, KNOWN_SCHEDULES, type BarInterval } from '../../../market/index.ts';
import { answerGetCompleteness } from '../queries/get-completeness/get-completeness.query.ts';
import { answerGetBars } from '../queries/get-bars/get-bars.query.ts';
import type { BarsQuestion } from './bars-question.ts';

const DAY = 1_440;
const SERIES = { instrumentId: 'COINBASE:BTCUSD' } as const;
const asked = { result: 'fetched', from: minute(0), to: minute(40 * DAY) } as const;
const port = portOf({ isRegistered: true, schedule: KNOWN_SCHEDULES.get('COINBASE') }, [asked]);

/** Minutes from one on, every so many of them left out, with a volume each. */
const stretch = fc.record({
  day: fc.integer({ min: 0, max: 40 }),
  from: fc.integer({ min: 0, max: DAY - 1 }),
  length: fc.integer({ min: 1, max: 400 }),
  every: fc.integer({ min: 1, max: 3 }),
  price: fc.integer({ min: 1, max: 9 }),
  volume: fc.option(
    fc.oneof(
      fc.integer({ min: 0, max: 1e6 }).map((whole) => whole / 1e4),
      fc.constant(1 / 3),
    ),
    { nil: undefined },
  ),
  trades: fc.option(fc.nat(1_000), { nil: undefined }),
  turnover: fc.option(
    fc.oneof(
      fc.integer({ min: 0, max: 1e9 }).map((whole) => whole / 1e4),
      fc.constant(50_123_456.12345678), // no more digits than a double has, but more than a sum of them
    ),
    { nil: undefined },
  ),
  openInterest: fc.option(fc.nat(1_000), { nil: undefined }),
  state: fc.constantFrom('provisional' as const, 'final' as const),
});

const QUESTIONS: readonly Omit<BarsQuestion, 'instrumentId' | 'interval'>[] = [
  {},
  { order: 'desc' },
  { limit: 2 },
  { limit: 3, order: 'desc' },
  { minState: 'final' },
  { from: minute(3 * DAY + 5), to: minute(20 * DAY + 7) },
  { asOf: LATER },
  { include: 'current' },
  { fields: BAR_FIELDS },
  { fields: ['vwap'], order: 'desc' },
  { fields: ['trades', 'openInterest'], limit: 2 },
];

test('days, weeks and months of minutes are the same whether outlines tell them or the minutes are read', async (t) => {
  const property = fc.asyncProperty(
    fc.array(stretch, { minLength: 1, maxLength: 12 }),
    fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 3 }),
    async (stretches, without) => {
      const { collections, upsert } = await aStore(t, port);
      for (const [turn, { day, from, length, every, price, volume, state, ...optional }] of stretches.entries()) {
        const minutes = Array.from({ length }, (_, i) => day * DAY + from + i * every);
        await upsert(
          minutes.map((open) => ({ ...aRow(open, price + (open % 5), volume), ...optional })),
          { now: LATER + turn, state },
        );
      }
      async function answers(): Promise<unknown[]> {
        const told: unknown[] = [];
        for (const interval of ['1d', '1w', '1M'] as BarInterval[])
          for (const question of QUESTIONS) {
            const { columns, ...answer } = await answerGetBars(collections, port)(
              { ...SERIES, interval, ...question },
              at(LATER + 99),
            );
            told.push({ ...answer, bars: barsOf(columns), vwap: columns.vwap });
          }
        const range = { from: minute(0), to: minute(50 * DAY), interval: '1m', derive: false } as const;
        told.push(await answerGetCompleteness(collections, port)({ ...SERIES, ...range }, at(LATER)));
        return told;
      }
      const keys = new Set(
        without.map((day) =>
          parseChunkId(
            `COINBASE:BTCUSD/1m/2020-0${day < 31 ? 1 : 2}-${String((day < 31 ? day : day - 31) + 1).padStart(2, '0')}`,
          ),
        ),
      );
      for (const { series, window } of keys)
        await collections.chunks.updateOne({ _id: `${series}/${window.key}` }, { $unset: { outline: '' } });
      const byOutlines = await answers();
      await collections.chunks.updateMany({}, { $unset: { outline: '' } });
      assert.deepEqual(byOutlines, await answers());
    },
  );
  await fc.assert(property, { numRuns: 6 });
});

test('a day of minutes is answered without reading them', async (t) => {
  const { collections, upsert } = await aStore(t, port);
  for (const day of [0, 1, 2])
    await upsert(
      [1, 2, 4].map((open) => aRow(day * DAY + open, 5, 0.1)),
      { now: LATER },
    );
  // What is not read cannot be found damaged.
  await collections.chunks.updateMany({}, { $set: { bars: Uint8Array.of(9) } });
  const { columns, completeness } = await answerGetBars(collections, port)(
    { ...SERIES, interval: '1d', from: minute(0), to: minute(3 * DAY) },
    at(LATER),
  );
  assert.deepEqual(
    [...columns.volume],
    [0.3, 0.3, 0.3].map((volume) => volume),
  );
  assert.deepEqual([...columns.state], [2, 2, 2]);
  assert.deepEqual(completeness.parts, {
    interval: '1m',
    expected: 3 * DAY,
    held: 9,
    extra: 0,
    missing: 3 * DAY - 9,
  });
});
