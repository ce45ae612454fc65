import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyText, keyVariables, readinessText, type Provider } from './provider-words.ts';

const STATE = {
  name: 'alpaca',
  breaker: 'closed',
  queued: 0,
  room: { windowMs: 60_000, most: 180, left: 12 },
  pausedUntil: null,
  clock: 'ok',
  clockSkewMs: 3,
} as const;
const ALPACA: Provider = {
  name: 'alpaca',
  isSynthetic: false,
  basis: 'raw',
  intervals: ['1m'],
  sessionIntervals: [],
  hasSearch: false,
  hasCorporateActions: true,
  live: 'trades',
  key: 'needed',
  hasKey: true,
  state: STATE,
};

const said = (provider: Provider): string => readinessText(provider, (at) => at.slice(11, 16)).text;

test('a provider tells in words whether it can be asked', () => {
  assert.equal(said(ALPACA), 'Ready');
  assert.equal(said({ ...ALPACA, hasKey: false }), 'Needs a key');
  assert.equal(said({ ...ALPACA, state: null }), 'Ready');
  assert.equal(said({ ...ALPACA, state: { ...STATE, pausedUntil: '2024-01-02T09:30:00Z' } }), 'Paused until 09:30');
  assert.match(said({ ...ALPACA, state: { ...STATE, breaker: 'open' } }), /many failures/);
  assert.match(said({ ...ALPACA, state: { ...STATE, breaker: 'halfOpen' } }), /tries/);
});

test('the variables of a key are those that the server keeps secret', () => {
  const settings = [
    { variable: 'POCKETQUANT_ALPACA_URL', value: null, isDefault: true },
    { variable: 'POCKETQUANT_ALPACA_KEY', value: 'unset', isDefault: true },
    { variable: 'POCKETQUANT_ALPACA_SECRET', value: 'set', isDefault: false },
    { variable: 'POCKETQUANT_TRADINGVIEW_KEY', value: 'unset', isDefault: true },
  ];
  const variables = keyVariables('alpaca', settings);
  assert.deepEqual(variables, ['POCKETQUANT_ALPACA_KEY', 'POCKETQUANT_ALPACA_SECRET']);
  assert.match(
    keyText({ key: 'needed', hasKey: false }, variables),
    /set POCKETQUANT_ALPACA_KEY and POCKETQUANT_ALPACA_SECRET/,
  );
  assert.equal(keyText({ key: 'none', hasKey: false }, []), 'none needed');
});
