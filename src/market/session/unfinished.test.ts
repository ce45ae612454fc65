import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BarInterval } from '../interval/bar-interval.ts';
import { KNOWN_SCHEDULES } from './known-schedules.ts';
import type { TrackedSessions } from './session-schedule.ts';
import { unfinishedAt } from './unfinished.ts';

const time = (text: string): number => Date.parse(`${text}Z`);
const iso = (moment: number): string => new Date(moment).toISOString().slice(0, 16);

/** Where bars that surely run begin, and when the first of them closes; `from` must be the same. */
function running(exchange: string, now: string, interval: BarInterval = '1d', tracked: TrackedSessions = 'regular') {
  const { from, runningFrom, closesAt } = unfinishedAt(time(now), interval, KNOWN_SCHEDULES.get(exchange), tracked);
  assert.equal(from, runningFrom);
  return [iso(runningFrom), iso(closesAt)];
}

test('a day runs until its last tracked session has closed, hours before or after the UTC date ends', () => {
  assert.deepEqual(running('NASDAQ', '2014-06-05T20:59', '1d', 'extended'), ['2014-06-05T00:00', '2014-06-06T00:00']);
  assert.deepEqual(running('NASDAQ', '2014-06-05T19:59'), ['2014-06-05T00:00', '2014-06-05T20:00']);
  assert.deepEqual(running('NASDAQ', '2014-06-05T20:00'), ['2014-06-06T00:00', '2014-06-06T20:00']);
  assert.deepEqual(running('NASDAQ', '2014-07-03T17:00'), ['2014-07-07T00:00', '2014-07-07T20:00'], 'an early close');
  assert.deepEqual(running('NSE', '2024-01-10T10:00'), ['2024-01-11T00:00', '2024-01-11T10:00']);
  assert.deepEqual(running('HKFE', '2018-06-05T04:30'), ['2018-06-05T00:00', '2018-06-05T08:30'], 'the break at noon');
  assert.deepEqual(running('24x7', '2018-06-05T04:30'), ['2018-06-05T00:00', '2018-06-06T00:00']);
});

test('an evening that belongs to the next day is of the day that runs', () => {
  assert.deepEqual(running('CME', '2013-10-06T22:30', '1d', 'extended'), ['2013-10-07T00:00', '2013-10-07T21:00']);
  assert.deepEqual(running('OANDA', '2014-12-30T23:00'), ['2014-12-31T00:00', '2014-12-31T19:00']);
});

test('weeks and months are over with their last trading day', () => {
  assert.deepEqual(running('NASDAQ', '2014-06-06T19:59', '1w'), ['2014-06-02T00:00', '2014-06-06T20:00']);
  assert.deepEqual(running('NASDAQ', '2014-06-06T20:00', '1w'), ['2014-06-09T00:00', '2014-06-13T20:00']);
  assert.deepEqual(running('NASDAQ', '2014-05-30T20:00', '1M'), ['2014-06-01T00:00', '2014-06-30T20:00']);
  assert.deepEqual(running('NASDAQ', '2014-05-30T19:59', '1M'), ['2014-05-01T00:00', '2014-05-30T20:00']);
});

test('a session that goes on past its UTC date may run, and what follows it surely does', () => {
  const at = (now: string) => unfinishedAt(time(now), '1d', KNOWN_SCHEDULES.get('NASDAQ'), 'extended');
  assert.deepEqual(at('2014-01-08T00:30'), {
    from: time('2014-01-07T00:00'),
    runningFrom: time('2014-01-08T00:00'),
    closesAt: time('2014-01-09T01:00'),
  });
  assert.equal(at('2014-01-11T00:30').runningFrom, time('2014-01-13T00:00'), 'the weekend is no trading day');
});

test('without a schedule the interval of the UTC clock may run, and nothing surely does', () => {
  for (const [interval, from] of [
    ['1d', '2014-01-08T00:00'],
    ['1w', '2014-01-06T00:00'],
    ['1M', '2014-01-01T00:00'],
  ] as const)
    assert.deepEqual(unfinishedAt(time('2014-01-08T12:00'), interval, undefined, 'regular'), {
      from: time(from),
      runningFrom: Infinity,
      closesAt: Infinity,
    });
});
