import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { KNOWN_SCHEDULES } from '../../../../market/index.ts';
import type { Collection, FindOptions, StoredDocument } from '../../../../platform/database/index.ts';
import { at, LATER } from '../../../../../test/support/a-store.ts';
import { openTestDatabase } from '../../../../../test/support/open-test-database.ts';
import { openInstrumentsCollections, type InstrumentsCollections } from '../../collections.ts';
import { handleDescribeSymbol } from '../../commands/describe-symbol/describe-symbol.command.ts';
import { handleRegisterSymbol } from '../../commands/register-symbol/register-symbol.command.ts';
import { createStoredNames } from '../../stored-names.ts';
import { answerGetSymbols } from './get-symbols.query.ts';

const COUNT = 2_500;
const id = (number: number): string => `${number % 2 === 0 ? 'NASDAQ' : 'NYSE'}:S${String(number).padStart(5, '0')}`;

async function aUniverse(t: TestContext) {
  const database = await openTestDatabase(t);
  const collections = await openInstrumentsCollections(database);
  const numbers = Array.from({ length: COUNT }, (_, number) => number);
  // Every third has bars only; the others are registered too, as by an earlier release.
  await collections.instruments.insertMany(
    numbers
      .filter((number) => number % 3 > 0)
      .map((number) => ({ _id: id(number), registeredAt: 0, name: `Nº ${number}` })),
  );
  await collections.series.insertMany(
    numbers.flatMap((number) =>
      ['1m', '1d'].map((interval) => ({
        _id: `${id(number)}/${interval}`,
        instrumentId: id(number),
        interval,
        first: 0,
        last: 0,
        count: 1,
        finalCount: 1,
        providers: ['test'],
        lastSeq: 1,
      })),
    ),
  );
  return { database, collections: await openInstrumentsCollections(database) };
}

const asking = (collections: InstrumentsCollections) => {
  const answer = answerGetSymbols(collections, KNOWN_SCHEDULES);
  return (input: Parameters<typeof answer>[0]) => answer(input, at(LATER));
};

test('pages follow each other without a hole, each of an exchange and of what is asked for', async (t) => {
  const { collections } = await aUniverse(t);
  const ask = asking(collections);
  for (const wanted of [{}, { exchange: 'NYSE' }, { query: 's0001' }, { query: 'nº 12', exchange: 'NASDAQ' }]) {
    const whole = await ask({ ...wanted, limit: 10_000 });
    assert.equal(whole.nextCursor, undefined);
    assert.equal(whole.total, whole.symbols.length);
    const paged: (typeof whole.symbols)[number][] = [];
    let cursor: string | undefined;
    do {
      const page = await ask({ ...wanted, limit: 7, ...(cursor === undefined ? {} : { cursor }) });
      assert.equal(page.total, whole.total);
      paged.push(...page.symbols);
      cursor = page.nextCursor;
    } while (cursor !== undefined && paged.length < 700);
    assert.deepEqual(paged, whole.symbols.slice(0, paged.length));
  }
  const { nextCursor: cursor = '' } = await ask({ limit: 1 });
  await assert.rejects(ask({ query: 'other', cursor }), { code: 'CURSOR_MISMATCH' });
  await assert.rejects(ask({ cursor: 'nonsense' }), { code: 'INVALID_CURSOR' });
});

test('what is found is what a look at all ids, names and aliases finds', async (t) => {
  const { collections } = await aUniverse(t);
  const ask = asking(collections);
  const all = (await ask({ limit: 10_000 })).symbols;
  assert.equal(all.length, COUNT);
  for (const query of ['s00', 'Nº 1', 'nyse:s0000', '24', 'º', 'nothing']) {
    const wanted = query.toLowerCase();
    const expected = all.filter(({ instrumentId, name = '' }) =>
      [instrumentId, name].some((text) => text.toLowerCase().includes(wanted)),
    );
    const { total } = await ask({ query, limit: 1 });
    assert.equal(total, expected.length, query);
  }
});

test('a page is read from indexes: no documents but its own', async (t) => {
  const { collections } = await aUniverse(t);
  const reads: { readonly filter: object; readonly options: FindOptions | undefined }[] = [];
  const noting = <T extends StoredDocument>(collection: Collection<T>): Collection<T> => ({
    ...collection,
    find(filter, options) {
      reads.push({ filter, options });
      return collection.find(filter, options);
    },
  });
  const ask = asking({ instruments: noting(collections.instruments), series: noting(collections.series) });
  await ask({ query: 's000', limit: 5 });
  assert.equal(reads.length, 4);
  const [names, stored, ...ofPage] = reads;
  assert.deepEqual(names?.options?.projection, { _id: 1, searchText: 1 });
  assert.deepEqual(stored?.options?.projection, { _id: 1 });
  for (const { filter } of ofPage) assert.match(JSON.stringify(filter), /"\$in":\[("N[^"]+",?){5}\]/);
});

test('an instrument is found by the names it has now, whoever gave them', async (t) => {
  const { collections } = await aUniverse(t);
  const ask = asking(collections);
  const register = handleRegisterSymbol(collections, KNOWN_SCHEDULES, createStoredNames(collections));
  const found = async (query: string) => (await ask({ query })).symbols.map(({ instrumentId }) => instrumentId);
  await register({ instrumentId: 'NASDAQ:NEW', name: 'Old name', aliases: ['ÄHNLICH'] }, at(LATER));
  assert.deepEqual(await found('ähnl'), ['NASDAQ:NEW']);
  await register({ instrumentId: 'NASDAQ:NEW', name: 'Given name', aliases: [] }, at(LATER));
  assert.deepEqual(await found('ähnl'), []);
  assert.deepEqual(await found('old name'), []);
  assert.deepEqual(await found('given NAME'), ['NASDAQ:NEW']);
  await register({ instrumentId: 'NASDAQ:TOLD' }, at(LATER));
  const ofVendor = { instrumentId: 'NASDAQ:TOLD', symbol: 'TOLD', name: 'Told by a vendor' } as never;
  await handleDescribeSymbol(collections)(
    { instrumentId: 'NASDAQ:TOLD', ask: () => Promise.resolve(ofVendor) },
    at(LATER),
  );
  assert.deepEqual(await found('told by'), ['NASDAQ:TOLD']);
  const [symbol] = (await ask({ query: 'told by' })).symbols;
  assert.ok(!Object.keys(symbol ?? {}).includes('searchText'), 'it is stored, and told nobody');
});
