import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionSchedule } from './schedule-format.ts';

const HOUR = 3_600_000;

const LUNCH = {
  exchange: 'LUNCH',
  timeZone: 'Asia/Tokyo',
  week: {
    monday: [
      { start: '09:00:00', end: '11:30:00', state: 'market' },
      { start: '12:30:00', end: '15:00:00', state: 'market' },
      { start: '16:30:00', end: '1.00:00:00', state: 'postmarket' },
    ],
    tuesday: [{ start: '00:00:00', end: '06:00:00', state: 'premarket' }],
    wednesday: [],
    thursday: [],
    friday: [],
    saturday: [],
    sunday: [],
  },
  holidays: ['2024-01-01'],
  earlyCloses: { '2024-12-30': '11:30:00' },
  lateOpens: { '2024-01-08': '10:00:00' },
};

test('a schedule holds local times in ms since midnight and dates as their 00:00Z', () => {
  const schedule = sessionSchedule('LUNCH', LUNCH);
  assert.equal(schedule.name, 'LUNCH');
  assert.equal(schedule.timeZone, 'Asia/Tokyo');
  assert.deepEqual(schedule.weeks[0].days[1], [
    { session: 'regular', from: 9 * HOUR, to: 11.5 * HOUR, carries: false },
    { session: 'regular', from: 12.5 * HOUR, to: 15 * HOUR, carries: false },
    { session: 'post', from: 16.5 * HOUR, to: 24 * HOUR, carries: true },
  ]);
  assert.deepEqual([...schedule.holidays], [Date.UTC(2024, 0, 1)]);
  assert.deepEqual([...schedule.earlyCloses], [[Date.UTC(2024, 11, 30), 11.5 * HOUR]]);
  assert.deepEqual([...schedule.lateOpens], [[Date.UTC(2024, 0, 8), 10 * HOUR]]);
  assert.equal(schedule.neverCloses, false);
  assert.equal(schedule.known, undefined);
});

test('a schedule is known from the beginning of one date to the end of another', () => {
  const { known } = sessionSchedule('LUNCH', { ...LUNCH, known: { from: '2020-01-01', to: '2024-12-31' } });
  assert.deepEqual(known, { from: Date.UTC(2020, 0), to: Date.UTC(2025, 0) });
});

const monday = (...segments: readonly unknown[]) => ({ ...LUNCH, week: { ...LUNCH.week, monday: segments } });
const morning = { start: '09:00:00', end: '11:30:00', state: 'market' };

const REFUSED: readonly (readonly [why: string, data: unknown, message: RegExp])[] = [
  ['is no object', [], /^schedule LUNCH must be an object, not \[\]$/],
  ['is null', null, /must be an object, not null/],
  [
    'has a field that nobody reads',
    { ...LUNCH, halts: [] },
    /^schedule LUNCH has no field "halts"; known are exchange /,
  ],
  ['names no zone', { ...LUNCH, timeZone: undefined }, /^timeZone must be a text, not undefined$/],
  [
    'names a zone that nobody knows',
    { ...LUNCH, timeZone: 'Mars/Olympus' },
    /^timeZone must be an IANA name, not "Mars\/Olympus"$/,
  ],
  ['lacks the week', { ...LUNCH, week: undefined }, /^week must be an object, not undefined$/],
  ['lacks a weekday', { ...LUNCH, week: { monday: [] } }, /^week.sunday must be a list, not undefined$/],
  ['has an eighth weekday', { ...LUNCH, week: { ...LUNCH.week, funday: [] } }, /^week has no field "funday"/],
  ['has no regular session', monday({ ...morning, state: 'premarket' }), /^week must have a "market" session/],
  [
    'has a session of another kind',
    monday({ ...morning, state: 'auction' }),
    /^week.monday\[0\].state .* not "auction"$/,
  ],
  ['has a session without an end', monday({ ...morning, end: undefined }), /^week.monday\[0\].end must be a time/],
  ['has a session that ends before it starts', monday({ ...morning, end: '08:00:00' }), /must start before it ends/],
  ['has sessions that overlap', monday(morning, { ...morning, start: '11:00:00' }), /^week.monday\[1\] must not start/],
  ['has a time after midnight', monday({ ...morning, end: '24:00:00' }), /or 1.00:00:00 for midnight, not "24:00:00"$/],
  ['has a time of two days later', monday({ ...morning, end: '2.00:00:00' }), /not "2.00:00:00"$/],
  ['has holidays that are no list', { ...LUNCH, holidays: {} }, /^holidays must be a list, not \{\}$/],
  ['has a holiday in another notation', { ...LUNCH, holidays: ['1/1/2024'] }, /^holidays\[0\] .* not "1\/1\/2024"$/],
  ['has a holiday that does not exist', { ...LUNCH, holidays: ['2023-02-29'] }, /^holidays\[0\] must be a date of the/],
  [
    'has an early close without a time',
    { ...LUNCH, earlyCloses: { '2024-12-30': null } },
    /^earlyCloses.2024-12-30 must/,
  ],
  ['says what is known without an end', { ...LUNCH, known: { from: '2020-01-01' } }, /^known.to must be a text, not/],
  [
    'is known to before it is known from',
    { ...LUNCH, known: { from: '2020-01-01', to: '2019-12-31' } },
    /^known.from must not be after known.to$/,
  ],
  ['has a late open on no date', { ...LUNCH, lateOpens: { soon: '10:00:00' } }, /^lateOpens must be a date .* "soon"$/],
];

for (const [why, data, message] of REFUSED) {
  test(`a schedule is refused that ${why}`, () => {
    assert.throws(() => sessionSchedule('LUNCH', data), { name: 'RangeError', message });
  });
}
