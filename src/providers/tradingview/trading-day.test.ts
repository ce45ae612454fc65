import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProviderError } from '../../platform/errors/index.ts';
import { tradingDayReader, type TradingHours } from './trading-day.ts';

const STOCKS: TradingHours = { timezone: 'America/New_York', session: '0930-1600' };
const FUTURES: TradingHours = { timezone: 'America/Chicago', session: '1700-1600:23456' };

const CASES: readonly (readonly [what: string, hours: TradingHours, opening: string, day: string])[] = [
  ['a morning in New York, winter', STOCKS, '2026-01-05T14:30:00Z', '2026-01-05'],
  ['a morning in New York, summer', STOCKS, '2026-07-06T13:30:00Z', '2026-07-06'],
  [
    'a morning in Tokyo, the evening before in UTC',
    { timezone: 'Asia/Tokyo', session: '0900-1530' },
    '2026-01-05T00:00:00Z',
    '2026-01-05',
  ],
  [
    'a morning in Auckland, a date later than in UTC',
    { timezone: 'Pacific/Auckland', session: '1000-1645' },
    '2026-01-04T21:00:00Z',
    '2026-01-05',
  ],
  ['midnight of UTC', { timezone: 'Etc/UTC', session: '24x7' }, '2026-01-05T00:00:00Z', '2026-01-05'],
  ['a Sunday evening in Chicago', FUTURES, '2026-01-04T23:00:00Z', '2026-01-05'],
  ['a Monday evening in Chicago, summer', FUTURES, '2026-07-06T22:00:00Z', '2026-07-07'],
  [
    'a Friday evening in Shanghai',
    { timezone: 'Asia/Shanghai', session: '2100-0230,0900-1015' },
    '2026-01-09T13:00:00Z',
    '2026-01-12',
  ],
  ['a day of currencies', { timezone: 'America/New_York', session: '1700-1700' }, '2026-01-04T22:00:00Z', '2026-01-05'],
  [
    'an evening where sessions end in the afternoon',
    { timezone: 'Asia/Kolkata', session: '0915-1530' },
    '2026-01-05T12:45:00Z',
    '2026-01-05',
  ],
  [
    'an evening where no hours are known',
    { timezone: 'America/New_York', session: undefined },
    '2026-01-05T23:00:00Z',
    '2026-01-06',
  ],
  ['before 1970', STOCKS, '1962-01-02T15:00:00Z', '1962-01-02'],
];

for (const [what, hours, opening, day] of CASES)
  test(`${what} opens the trading day ${day}`, () => {
    const found = tradingDayReader(hours)(Date.parse(opening));
    assert.equal(new Date(found).toISOString(), `${day}T00:00:00.000Z`);
  });

test('a zone nobody knows is an invalid answer', () => {
  assert.throws(() => tradingDayReader({ timezone: 'Mars/Base', session: '24x7' }), ProviderError);
});
