import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { openBarsCollections } from '../../src/features/bars/collections.ts';
import { handleUpsertBars } from '../../src/features/bars/commands/upsert-bars/upsert-bars.command.ts';
import { answerGetBars } from '../../src/features/bars/queries/get-bars/get-bars.query.ts';
import { BAR_FIELDS, columnsOfBars, FINAL, PROVISIONAL, providerAt, type BarColumns } from '../../src/market/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { BelievedBars, type Belief, type SentBar } from '../fixtures/chunk/believed-bars.ts';
import { at, LATER, portOf } from './a-store.ts';

const START = Date.UTC(2020, 0, 1, 22);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

// Few values and minutes, so that they meet often; two chunks.
const sent = fc.record({
  minute: fc.nat(15).map((place) => place * 13),
  price: fc.constantFrom(1, 2),
  volume: fc.constantFrom(4, 4, NaN),
  trades: fc.constantFrom(NaN, 3, 4),
  turnover: fc.constantFrom(NaN, 0.1, 0.2),
  openInterest: fc.constantFrom(NaN, 7),
  isFinal: fc.boolean(),
});
const batch = fc.record({
  provider: fc.constantFrom('csv', 'binance'),
  bars: fc.uniqueArray(sent, { selector: ({ minute }) => minute, minLength: 1, maxLength: 12 }),
});

/** What is stored and answered of trades, turnover and open interest is what a naive model has, on every engine. */
export function testOptionalColumns(
  engine: string,
  openIt: (t: TestContext) => Promise<Database>,
  numRuns: number,
): void {
  test(`${engine}: bars and hours have what was known of them at any moment, as a model says`, async (t) => {
    const database = await openIt(t);
    const collections = await openBarsCollections(database);
    const port = portOf();
    const upsert = handleUpsertBars(collections, () => undefined, port.findInstrument);
    const ask = answerGetBars(collections, port);
    let run = 0;
    const property = fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 5 }), async (batches) => {
      const instrumentId = `TEST:RUN${run++}`;
      const model = new BelievedBars();
      for (const [turn, { provider, bars }] of batches.entries()) {
        const now = LATER + turn;
        for (const isFinal of [false, true]) {
          const some = bars.filter((bar) => bar.isFinal === isFinal).sort((a, b) => a.minute - b.minute);
          if (some.length === 0) continue;
          const columns = columnsOfBars(some.map(plainBar), isFinal ? FINAL : PROVISIONAL);
          const { rejected, ...outcome } = await upsert({ instrumentId, interval: '1m', provider, columns }, at(now));
          assert.deepEqual(rejected, []);
          const told = some.map((bar) =>
            model.upsert(sentBar(bar), { provider, observedAt: now, isObservedAtGiven: false }),
          );
          for (const name of ['inserted', 'changed', 'unchanged', 'skippedStale'] as const)
            assert.equal(outcome[name], told.filter((one) => one === name).length, name);
        }
      }
      for (let turn = 0; turn < batches.length; turn++) {
        const known = model.asOf(LATER + turn);
        const question = { instrumentId, fields: BAR_FIELDS, from: START, to: START + 4 * HOUR } as const;
        for (const asOf of turn === batches.length - 1 ? [LATER + turn, undefined] : [LATER + turn]) {
          const asked = { ...question, ...(asOf === undefined ? {} : { asOf }) };
          const minutes = await ask({ ...asked, interval: '1m' }, at(LATER + 99));
          assert.deepEqual(rowsOf(minutes.columns), known.map(rowOf));
          const hours = await ask({ ...asked, interval: '1h' }, at(LATER + 99));
          assert.deepEqual(rowsOf(hours.columns), hoursOf(known));
        }
      }
    });
    await fc.assert(property, { numRuns });
  });
}

type Sent = (typeof sent extends fc.Arbitrary<infer Value> ? Value : never) & { readonly minute: number };

function plainBar({ minute, price, volume, trades, turnover, openInterest }: Sent) {
  const prices = { open: price, high: price, low: price, close: price };
  return { openTime: START + minute * MINUTE, ...prices, volume, trades, turnover, openInterest };
}

function sentBar({ minute, price, volume, trades, turnover, openInterest, isFinal }: Sent): SentBar {
  return {
    openTime: START + minute * MINUTE,
    value: [price, price, price, price, volume],
    optional: [trades, turnover, openInterest],
    isFinal,
  };
}

type Row = readonly (string | number)[];

function rowsOf(columns: BarColumns): Row[] {
  const { openTime, trades, turnover, vwap, openInterest, observedAt } = columns;
  return Array.from(openTime, (time, i) => [
    time,
    ...[trades, turnover, vwap, openInterest, observedAt].map((column) => column?.[i] ?? 'no column'),
    providerAt(columns, i) ?? 'no provider',
  ]);
}

function rowOf([openTime, { value, optional, provider, observedAt }]: readonly [number, Belief]): Row {
  const [trades, turnover, openInterest] = optional;
  return [openTime, trades, turnover, turnover / value[4], openInterest, observedAt, provider];
}

function hoursOf(known: readonly (readonly [number, Belief])[]): Row[] {
  const hours = Map.groupBy(known, ([openTime]) => Math.floor(openTime / HOUR) * HOUR);
  return Array.from(hours, ([openTime, parts]) => {
    const beliefs = parts.map(([, belief]) => belief);
    const tenths = beliefs.reduce((sum, { optional }) => sum + Math.round(optional[1] * 10), 0);
    const volume = beliefs.reduce((sum, { value }) => sum + value[4], 0);
    return [
      openTime,
      beliefs.reduce((sum, { optional }) => sum + optional[0], 0),
      tenths / 10,
      tenths / 10 / volume,
      beliefs.at(-1)?.optional[2] ?? NaN,
      Math.max(...beliefs.map(({ observedAt }) => observedAt)),
      [...new Set(beliefs.map(({ provider }) => provider))].sort().join('+'),
    ];
  });
}
