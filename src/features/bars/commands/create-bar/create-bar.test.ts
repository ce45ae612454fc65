import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRow, aStore, at, portOf, LATER } from '../../../../../test/support/a-store.ts';
import { handleCreateBar } from './create-bar.command.ts';

const { findInstrument } = portOf();
const TARGET = { instrumentId: 'COINBASE:BTCUSD', interval: '1m', provider: 'test', state: 'final' } as const;

test('a new bar is stored and answered, a second one of its time is refused', async (t) => {
  const { collections } = await aStore(t);
  const create = handleCreateBar(collections, () => undefined, findInstrument);
  const created = await create({ ...TARGET, bar: aRow(0, 10) }, at(LATER));
  assert.deepEqual(created, { ...aRow(0, 10), state: 'final' });
  await assert.rejects(create({ ...TARGET, bar: aRow(0, 11) }, at(LATER)), { code: 'BAR_EXISTS' });
  await create({ ...TARGET, bar: aRow(1, 11) }, at(LATER));
});

test('of two that create the same bar at the same time, one wins', async (t) => {
  const { collections } = await aStore(t);
  const create = handleCreateBar(collections, () => undefined, findInstrument);
  const tries = await Promise.allSettled(
    [10, 11, 12].map((price) => create({ ...TARGET, bar: aRow(0, price) }, at(LATER))),
  );
  assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const tried of tries)
    if (tried.status === 'rejected') assert.equal((tried.reason as { code: string }).code, 'BAR_EXISTS');
});

test('a bar that breaks a rule is refused with the rule', async (t) => {
  const { collections } = await aStore(t);
  const create = handleCreateBar(collections, () => undefined, findInstrument);
  const refused = { code: 'INVALID_REQUEST', message: /Open and close must be between low and high/ };
  await assert.rejects(create({ ...TARGET, bar: { ...aRow(0, 10), high: 1 } }, at(LATER)), refused);
  await assert.rejects(create({ ...TARGET, bar: 5 }, at(LATER)), { code: 'INVALID_REQUEST' });
});
