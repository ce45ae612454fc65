import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { at, LATER } from '../../../test/support/a-store.ts';
import { countingReads } from '../../../test/support/counting-reads.ts';
import { openTestDatabase } from '../../../test/support/open-test-database.ts';
import { namesOfSeries } from '../../chunk/index.ts';
import { instrumentId, KNOWN_SCHEDULES } from '../../market/index.ts';
import { openInstrumentsCollections } from './collections.ts';
import { handleRegisterSymbol } from './commands/register-symbol/register-symbol.command.ts';
import { createStoredNames } from './stored-names.ts';

/** Names of a process, beside another one that stores. */
async function aProcess(t: TestContext) {
  const stored = await openInstrumentsCollections(await openTestDatabase(t));
  const { collections, reads } = countingReads(stored);
  const names = createStoredNames(collections);
  const declare = handleRegisterSymbol(stored, KNOWN_SCHEDULES, { note: () => undefined });
  return {
    reads,
    register: (id: string) => declare({ instrumentId: id }, at(LATER)),
    storeBars: (id: string, count = 1) =>
      stored.series.insertOne({
        _id: `${id}/1d`,
        ...namesOfSeries(`${id}/1d`),
        count,
        finalCount: count,
        providers: ['test'],
        lastSeq: 1,
      }),
    note: (id: string) => names.note(instrumentId(id)),
    forget: (id: string) => names.forget(instrumentId(id)),
    storedAs: (id: string) => names.storedAs(instrumentId(id)),
  };
}

test('an instrument that is not stored is as it is written', async (t) => {
  const { storedAs, storeBars } = await aProcess(t);
  await storeBars('US:EMPTY', 0);
  assert.equal(await storedAs('US:BCpC'), 'US:BCpC');
  assert.equal(await storedAs('US:empty'), 'US:empty', 'all its bars were deleted');
});

for (const how of ['register', 'storeBars'] as const)
  test(`the only one that differs by case is found, whatever its case (${how})`, async (t) => {
    const process = await aProcess(t);
    for (const [id, asked] of [
      ['NASDAQ:AAPL', 'NASDAQ:aapl'],
      ['BITSTAMP:btcusd', 'BITSTAMP:BTCUSD'],
      ['US:BCpC', 'US:bcPc'],
      ['XETRA:Äpfel', 'XETRA:äPFEL'],
      ['X:straße', 'X:STRASSE'],
    ] as const) {
      await process[how](id);
      assert.equal(await process.storedAs(asked), id);
      assert.equal(await process.storedAs(id), id);
    }
  });

test('of several the exact one is meant; where none is exact, the error names them', async (t) => {
  const { storedAs, register, storeBars } = await aProcess(t);
  await register('US:BCPC');
  await storeBars('US:BCpC');
  assert.equal(await storedAs('US:BCPC'), 'US:BCPC');
  assert.equal(await storedAs('US:BCpC'), 'US:BCpC');
  await assert.rejects(storedAs('US:bcpc'), { code: 'INSTRUMENT_AMBIGUOUS', message: /US:BCPC and US:BCpC/ });
});

test('what is known to be stored costs no look', async (t) => {
  const { storedAs, register, reads } = await aProcess(t);
  await register('NASDAQ:AAPL');
  await storedAs('NASDAQ:AAPL');
  const before = reads();
  for (let i = 0; i < 10; i++) assert.equal(await storedAs('NASDAQ:AAPL'), 'NASDAQ:AAPL');
  assert.equal(reads(), before);
});

test('what was just stored is found before the database tells of it, until it is forgotten', async (t) => {
  const { storedAs, note, forget } = await aProcess(t);
  note('NASDAQ:AAPL');
  assert.equal(await storedAs('NASDAQ:aapl'), 'NASDAQ:AAPL');
  forget('NASDAQ:AAPL');
  assert.equal(await storedAs('NASDAQ:aapl'), 'NASDAQ:aapl');
});
