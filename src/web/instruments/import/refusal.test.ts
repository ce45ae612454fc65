import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayBeStoredInPart, refusalOf } from './refusal.ts';

const optionFor = (code: string, detail: string, errors: readonly { path: string }[] = []) =>
  refusalOf({ code, detail, errors }).option;

test('a refusal leads to the option that decides', () => {
  assert.equal(
    optionFor(
      'DATE_ORDER_NEEDED',
      'Dates such as "1/2/2024" can be read in several orders. Name it with dateOrder=ymd',
    ),
    'dateOrder',
  );
  assert.equal(optionFor('INSTRUMENT_NEEDED', 'Whose bars are these: name it with instrumentId'), 'instrumentId');
  assert.equal(optionFor('COLUMNS_NEEDED', 'Name the columns with columns=openTime,open, or the layout'), 'columns');
  assert.equal(optionFor('TIME_FORM_UNKNOWN', 'timeUnit=s|ms|us|ns names the unit of epoch times'), 'timeUnit');
});

test('of several options that may decide, the one that the message names first', () => {
  const message = 'The file holds several symbols (A, B, …): take one with symbol, or all with exchange';
  assert.equal(optionFor('MANY_INSTRUMENTS', message), 'symbol');
  const mismatch = 'The commonest step of the file is 1m, not 5m; name interval=1m, or forceInterval=true';
  assert.equal(optionFor('INTERVAL_MISMATCH', mismatch), 'interval');
});

test('a field that the server names decides, whatever the code', () => {
  assert.equal(optionFor('INVALID_REQUEST', 'Not an instrument', [{ path: '/instrumentId' }]), 'instrumentId');
});

test('a refusal that no option can help leads to none', () => {
  assert.equal(optionFor('FILE_ENCRYPTED', 'aapl.csv is encrypted in the zip'), undefined);
});

test('only what is found behind stored rows, or fails at the server, may leave some of them', () => {
  assert.ok(mayBeStoredInPart({ code: 'FILE_DAMAGED', status: 400 }));
  assert.ok(mayBeStoredInPart({ code: 'DATABASE_UNAVAILABLE', status: 503 }));
  assert.ok(!mayBeStoredInPart({ code: 'DATE_ORDER_NEEDED', status: 400 }));
});
