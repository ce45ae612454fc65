import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axisMarks, dayFrom, dayName, dayOf, dayText } from './days.ts';
import { tileDays, tileOf } from './tiles.ts';
import { daysOf, fetchRange, rangeOf, viewIn } from './view.ts';

const NOW = Date.parse('2026-11-29T15:00:00Z');
const day = (text: string): number => dayFrom(text) ?? NaN;

test('a link says which days are shown; what it says wrong counts as not said', () => {
  const shown = (link: Readonly<Record<string, string>>) => rangeOf(daysOf(viewIn(link), NOW, undefined));
  assert.deepEqual(shown({}), { from: '2026-09-01', to: '2026-11-30' });
  assert.deepEqual(shown({ span: '30', end: '2016-03-01' }), { from: '2016-02-01', to: '2016-03-02' });
  assert.deepEqual(shown({ span: '31', end: 'yesterday' }), shown({}));
});

test('days end today, and where none of them is held with the last that is', () => {
  const shown = (last: string, link = {}) =>
    rangeOf(daysOf(viewIn(link), NOW, { first: 0, last: Date.parse(last) })).to;
  assert.equal(shown('2026-11-02T03:00:00Z', { span: '30' }), '2026-11-30');
  assert.equal(shown('2026-10-20T03:00:00Z', { span: '30' }), '2026-10-21');
  assert.equal(shown('2016-10-09T23:59:00Z'), '2016-10-10');
  assert.equal(shown('2016-10-09T23:59:00Z', { end: '2026-11-29' }), '2026-11-30');
});

test('all days begin with the first stored bar, and are a month at least', () => {
  const all = (first: string | undefined) =>
    rangeOf(
      daysOf(viewIn({ span: 'all' }), NOW, first === undefined ? undefined : { first: Date.parse(first), last: NOW }),
    );
  assert.equal(all('2016-10-07T03:00:00Z').from, '2016-10-07');
  assert.equal(all('2026-11-28T03:00:00Z').from, '2026-10-31');
  assert.equal(all(undefined).from, '2026-10-31');
});

test('nothing is fetched that is yet to come', () => {
  const today = dayOf(NOW);
  assert.deepEqual(fetchRange({ first: today - 1, end: today }, NOW), { from: '2026-11-28', to: '2026-11-29' });
  assert.deepEqual(fetchRange({ first: today, end: today + 1 }, NOW), {
    from: '2026-11-29',
    to: '2026-11-29T15:00:00.000Z',
  });
});

test('days are written as dates, and read back', () => {
  assert.equal(dayText(day('2024-02-29')), '2024-02-29');
  assert.equal(dayName(day('2026-11-27')), 'Fri 2026-11-27');
  assert.equal(dayFrom('2026-13-01'), undefined);
  assert.equal(dayFrom(''), undefined);
});

test('tiles cover all days once, from the newest, and each day finds its own', () => {
  const all = { first: day('2014-06-05'), end: day('2026-11-30') };
  const tiles = tileDays(all);
  assert.equal(tiles[0]?.end, all.end);
  assert.equal(tiles.at(-1)?.first, all.first);
  for (const [index, tile] of tiles.entries()) assert.equal(tile.first, tiles[index + 1]?.end ?? all.first);
  for (let one = all.first; one < all.end; one++) {
    const own = tileOf(all, one);
    assert.ok(own.first <= one && one < own.end);
    assert.ok(tiles.some(({ first, end }) => first === own.first && end === own.end));
  }
  assert.deepEqual(tileDays(all, { first: all.end - 3, end: all.end }), [tiles[0]]);
});

test('marks above the map name the months, and days where there is room', () => {
  const days = { first: day('2026-10-30'), end: day('2026-12-02') };
  const texts = (width: number) => axisMarks(days, width).map(({ text }) => text);
  assert.deepEqual(texts(3), ['Nov 2026', 'Dec 2026']);
  assert.deepEqual(texts(30).slice(0, 5), ['30', '31', 'Nov 2026', '4', '5']);
  const within = axisMarks({ first: day('2026-11-10'), end: day('2026-11-20') }, 30);
  assert.deepEqual(within[0], { day: day('2026-11-01'), text: 'Nov 2026', isMonth: true });
});
