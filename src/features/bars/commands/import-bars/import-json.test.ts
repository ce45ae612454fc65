import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inParameters } from './import-json.ts';

test('options of the command line are named as parameters, with their values', () => {
  for (const [message, told] of [
    ['say with --time-is close or --time-is open which', 'say with timeIs=close or timeIs=open which'],
    ['name it with --interval, such as 1m', 'name it with interval, such as 1m'],
    ['name --interval 5m, or --force-interval if', 'name interval=5m, or forceInterval=true if'],
    ['with --timezone UTC, exchange or a zone', 'with timezone=UTC, exchange or a zone'],
    ['such as --timezone Europe/Berlin, or', 'such as timezone=Europe/Berlin, or'],
    ['with --date-order ymd|mdy|dmy', 'with dateOrder=ymd|mdy|dmy'],
    ['--time-unit s|ms|us|ns', 'timeUnit=s|ms|us|ns'],
    ['with --decimal point|comma; other', 'with decimal=point|comma; other'],
    ['--columns names Vol twice', 'columns names Vol twice'],
    ["with --columns volume='Volume BTC'", "with columns=volume='Volume BTC'"],
    ['with --columns time=NAME', 'with columns=time=NAME'],
    ['with --columns openTime,open,high,low,close,volume,-', 'with columns=openTime,open,high,low,close,volume,-'],
    [
      "--name and a template such as --name '{exchange}_{symbol}'",
      'name and a template such as name={exchange}_{symbol}',
    ],
    ['or --instrument, or take one with --symbol', 'or instrumentId, or take one with symbol'],
    ['a file - and nothing', 'a file - and nothing'],
  ] as const)
    assert.equal(inParameters(message), told);
});
