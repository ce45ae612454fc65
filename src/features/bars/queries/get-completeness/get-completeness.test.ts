import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aStore, at, portOf, LATER } from '../../../../../test/support/a-store.ts';
import { closeTimeOf, epochMsOfIso, KNOWN_SCHEDULES, openTimeAt, type BarInterval } from '../../../../market/index.ts';
import { openAnswer } from '../../reading/open-answer.ts';
import { answerGetCompleteness } from './get-completeness.query.ts';

const START = epochMsOfIso('2019-12-27');
const END = epochMsOfIso('2020-01-05');

/** Runs of stored bars, each whole or with every n-th only, in parts of the time. */
const anyRuns = fc.array(
  fc.record({
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.double({ min: 0, max: 0.6, noNaN: true }),
    every: fc.constantFrom(1, 1, 1, 2, 7),
  }),
  { maxLength: 4 },
);
const anyMoment = fc.integer({ min: START, max: END });

/** Where each interval's bars are stored in several chunks. */
const SPANS: readonly (readonly [BarInterval, number, number])[] = [
  ['5m', START, END],
  ['1h', epochMsOfIso('2019-11-01'), epochMsOfIso('2020-02-10')],
  ['1d', epochMsOfIso('2018-06-01'), epochMsOfIso('2021-03-01')],
  ['1M', epochMsOfIso('2000-01-01'), epochMsOfIso('2023-01-01')],
];

test('what counts of chunks tell is what their bars tell', async (t) => {
  const { collections, upsert } = await aStore(t);
  let series = 0;
  const fraction = fc.double({ min: -0.05, max: 1.05, noNaN: true });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...SPANS),
      anyRuns,
      fc.tuple(fraction, fraction),
      fc.constantFrom('24x7', 'NASDAQ', undefined),
      fc.option(fc.tuple(anyMoment, anyMoment), { nil: undefined }),
      async ([interval, start, end], runs, ends, schedule, listing) => {
        const momentOf = (part: number): number => Math.floor(start + part * (end - start));
        const openTimes = new Set<number>();
        for (const { from, length, every } of runs) {
          const to = momentOf(Math.min(1, from + length));
          let index = 0;
          for (let time: number = openTimeAt(momentOf(from), interval); time < to; time = closeTimeOf(time, interval))
            if (index++ % every === 0) openTimes.add(time);
        }
        const id = `COINBASE:T${series++}`;
        const bars = [...openTimes].map((openTime) => ({ openTime, open: 1, high: 1, low: 1, close: 1 }));
        if (bars.length > 0) await upsert(bars, { instrumentId: id, interval });
        const [from, to] = ends.map(momentOf).sort((a, b) => a - b);
        if (from === to) return;
        const [listedFrom, listedTo] = listing?.toSorted((a, b) => a - b) ?? [];
        const facts = { isRegistered: true, schedule: KNOWN_SCHEDULES.get(schedule ?? ''), listedFrom, listedTo };
        const port = portOf(facts, [{ from: momentOf(0.2), to: momentOf(0.7), result: 'fetched' }]);
        const question = { instrumentId: id, interval, from, to, derive: false };
        const decoded = await openAnswer(collections, port, question, LATER, { listedRanges: 100_000 });
        for await (const _batch of decoded.batches(1_000));
        const counted = await answerGetCompleteness(collections, port)(question, at(LATER));
        assert.deepEqual(counted, decoded.end().completeness);
      },
    ),
    { numRuns: 150 },
  );
});
