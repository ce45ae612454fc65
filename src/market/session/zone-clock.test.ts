import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { zoneClock } from './zone-clock.ts';

const utc = (zone: string, local: string) =>
  new Date(zoneClock(zone).utcOfLocal(Date.parse(`${local}Z`))).toISOString().slice(0, 16);

test('a local time that the clock skips is read as if it had not', () => {
  assert.equal(utc('America/New_York', '2014-03-09T01:59'), '2014-03-09T06:59');
  assert.equal(utc('America/New_York', '2014-03-09T02:30'), '2014-03-09T07:30');
  assert.equal(utc('America/New_York', '2014-03-09T03:00'), '2014-03-09T07:00');
});

test('of two equal local times the first is meant', () => {
  assert.equal(utc('America/Chicago', '2014-11-02T00:59'), '2014-11-02T05:59');
  assert.equal(utc('America/Chicago', '2014-11-02T01:30'), '2014-11-02T06:30');
  assert.equal(utc('America/Chicago', '2014-11-02T02:00'), '2014-11-02T08:00');
});

test('zones without changes keep one offset, on either side of 1970', () => {
  assert.equal(utc('Asia/Kolkata', '2014-06-05T09:15'), '2014-06-05T03:45');
  assert.equal(utc('Asia/Hong_Kong', '2018-01-05T09:15'), '2018-01-05T01:15');
  assert.equal(utc('America/New_York', '1970-01-01T00:00'), '1970-01-01T05:00');
  assert.equal(utc('UTC', '1969-07-20T20:17'), '1969-07-20T20:17');
});

test('every local time means the moment that Temporal says', () => {
  // Changes of half an hour, in the south, at midnight, for a few weeks, and a date that was left out.
  const zone = fc.constantFrom(
    'America/New_York',
    'America/Chicago',
    'Europe/London',
    'Australia/Lord_Howe',
    'America/Sao_Paulo',
    'Africa/Casablanca',
    'Africa/Cairo',
    'Pacific/Apia',
    'America/Boa_Vista',
  );
  const minute = fc.integer({ min: Date.UTC(1970, 0) / 60_000, max: Date.UTC(2040, 0) / 60_000 });
  fc.assert(
    fc.property(zone, minute, fc.array(fc.integer({ min: -20_000, max: 20_000 })), (timeZone, start, steps) => {
      for (const step of [0, ...steps]) {
        const local = new Date((start + step) * 60_000);
        const expected = Temporal.PlainDateTime.from(local.toISOString().slice(0, 19)).toZonedDateTime(timeZone);
        assert.equal(zoneClock(timeZone).utcOfLocal(local.getTime()), expected.epochMilliseconds);
      }
    }),
    { numRuns: 200 },
  );
});
