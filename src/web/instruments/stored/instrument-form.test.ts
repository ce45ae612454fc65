import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf, faultsIn, textsOf } from './instrument-form.ts';

const TEXTS = textsOf({
  instrumentId: 'NASDAQ:AAPL',
  name: 'Apple',
  assetType: 'stock',
  currency: null,
  schedule: null,
  timeZone: null,
  sessions: 'regular',
  priceDecimals: 2,
  listedFrom: '1980-12-12T00:00:00Z',
  listedTo: '2030-01-01T12:30:00Z',
  aliases: ['yahoo:AAPL'],
  series: [],
});

test('what is declared is shown as it can be typed', () => {
  assert.deepEqual(TEXTS, {
    name: 'Apple',
    assetType: 'stock',
    currency: '',
    schedule: '',
    sessions: 'regular',
    priceDecimals: '2',
    listedFrom: '1980-12-12',
    listedTo: '2030-01-01T12:30:00Z',
    aliases: 'yahoo:AAPL',
  });
});

test('only what was changed is sent', () => {
  assert.deepEqual(changesOf(TEXTS, TEXTS), { changes: {}, faults: {} });
  const after = { ...TEXTS, currency: ' USD ', priceDecimals: '4', aliases: 'a, b,, a', sessions: 'extended' };
  assert.deepEqual(changesOf(TEXTS, after), {
    changes: { currency: 'USD', priceDecimals: 4, aliases: ['a', 'b'], sessions: 'extended' },
    faults: {},
  });
  assert.deepEqual(changesOf(TEXTS, { ...TEXTS, aliases: '' }).changes, { aliases: [] });
});

test('what cannot be taken away, and what is no number, is said at its field', () => {
  const { faults } = changesOf(TEXTS, { ...TEXTS, name: ' ', priceDecimals: 'two' });
  assert.deepEqual(Object.keys(faults), ['name', 'priceDecimals']);
});

test('a refusal is said at the fields that it names', () => {
  const errors = [
    { path: '/body/currency', message: 'no code' },
    { path: '/aliases/0', message: 'too long' },
  ];
  assert.deepEqual(faultsIn({ code: 'INVALID_REQUEST', detail: '', errors }), {
    currency: 'no code',
    aliases: 'too long',
  });
  assert.deepEqual(faultsIn({ code: 'UNKNOWN_SCHEDULE', detail: 'No such schedule', errors: [] }), {
    schedule: 'No such schedule',
  });
  assert.deepEqual(faultsIn({ code: 'INTERNAL', detail: '', errors: [] }), {});
});
