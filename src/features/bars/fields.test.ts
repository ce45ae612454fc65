import assert from 'node:assert/strict';
import { test } from 'node:test';
import Type from 'typebox';
import { createBus, defineQuery } from '../../platform/bus/index.ts';
import { Fields, type FieldsInput } from './fields.ts';

const ask = defineQuery<readonly string[]>()('test.fields', Type.Object({ fields: Fields }));

function fieldsOf(fields: FieldsInput): Promise<readonly string[]> {
  const bus = createBus({ clock: () => 0, middlewares: [] });
  bus.answer(ask, (input) => Promise.resolve(input.fields));
  return bus.ask(ask({ fields }));
}

test('fields are a list or a text, each is told once and in one order', async () => {
  assert.deepEqual(await fieldsOf('observedAt, trades,trades'), ['trades', 'observedAt']);
  assert.deepEqual(await fieldsOf(['vwap', 'turnover']), ['turnover', 'vwap']);
  assert.deepEqual(await fieldsOf([]), []);
});

test('an unknown field is refused with the list of those there are', async () => {
  const message = 'must be some of trades, turnover, vwap, openInterest, provider, observedAt';
  for (const wrong of ['trades,close', '', 'Trades', 'trades;vwap'])
    await assert.rejects(fieldsOf(wrong), { code: 'INVALID_REQUEST', errors: [{ path: '/fields', message }] });
});
