import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, LATER } from '../../../../../test/support/a-store.ts';
import { openTestDatabase } from '../../../../../test/support/open-test-database.ts';
import { KNOWN_SCHEDULES } from '../../../../market/index.ts';
import type { Collection, FindOptions, StoredDocument } from '../../../../platform/database/index.ts';
import { openInstrumentsCollections } from '../../collections.ts';
import { answerGetSymbols } from '../get-symbols/get-symbols.query.ts';
import { answerListSeries } from './list-series.query.ts';

const COUNT = 300;
const INTERVALS = ['1m', '1h', '1h@session', '1d'] as const;
const id = (number: number): string => `${number % 2 === 0 ? 'NASDAQ' : 'NYSE'}:S/${number}`;

test('the series of an interval are those that instruments tell of, read from indexes alone', async (t) => {
  const { instruments, series } = await openInstrumentsCollections(await openTestDatabase(t));
  const numbers = Array.from({ length: COUNT }, (_, number) => number);
  await instruments.insertMany(
    numbers
      .filter((number) => number % 3 > 0)
      .map((number) => ({ _id: id(number), registeredAt: 0, name: `Nº ${number}`, searchText: `nº ${number}` })),
  );
  await series.insertMany(
    numbers
      .filter((number) => number % 5 > 0)
      .flatMap((number) =>
        INTERVALS.slice(number % 4).map((written, place) => {
          const [interval, align] = written.split('@');
          return {
            _id: `${id(number)}/${written}`,
            instrumentId: id(number),
            interval,
            ...(align === undefined ? {} : { align: 'session' as const }),
            first: 0,
            last: 0,
            count: (number + place) % 7,
            finalCount: 0,
            providers: ['test'],
            lastSeq: 1,
          };
        }),
      ),
  );
  const reads: (FindOptions | undefined)[] = [];
  const noting = <T extends StoredDocument>(collection: Collection<T>): Collection<T> => ({
    ...collection,
    find(filter, options) {
      reads.push(options);
      return collection.find(filter, options);
    },
  });
  const list = answerListSeries({ instruments: noting(instruments), series: noting(series) });
  const getSymbols = answerGetSymbols({ instruments, series }, KNOWN_SCHEDULES);
  for (const chosen of [
    {},
    { exchange: 'NYSE' },
    { query: 's/1' },
    { query: 'Nº 2', exchange: 'NASDAQ' },
    { query: '?' },
  ])
    for (const interval of ['1m', '1h', '1d', '1w'] as const) {
      const { symbols } = await getSymbols({ ...chosen, limit: 10_000 }, at(LATER));
      const listed = await list({ ...chosen, interval }, at(LATER));
      assert.deepEqual(
        listed.ids,
        symbols.map(({ instrumentId }) => instrumentId),
      );
      const expected = symbols.flatMap(({ instrumentId, series: stored }) =>
        stored.filter((one) => one.interval === interval).map(({ align }) => `${instrumentId} ${align}`),
      );
      assert.deepEqual(listed.series.map((one) => `${one.instrumentId} ${one.align}`).sort(), expected.sort());
    }
  assert.equal(reads.length, 2 * 5 * 4);
  for (const options of reads) assert.equal(options?.projection?._id, 1);
});
