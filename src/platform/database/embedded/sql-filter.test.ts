import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sqlFilterOf } from './sql-filter.ts';

const whereOf = (filter: object): string =>
  sqlFilterOf(filter as Record<string, unknown>, (field) => `"${field}"`).where;

test('a range has no bounds but its own, as SQLite would take the first of two and read to the end of the type', () => {
  assert.equal(whereOf({ _id: { $gte: 'A/1d/2010', $lte: 'A/1d/2020' } }), '"_id" >= ? AND "_id" <= ?');
  assert.equal(whereOf({ at: { $gt: 1, $lt: 2 } }), '"at" > ? AND "at" < ?');
});

test('an open end is bounded by the type of the value, whatever the other end is compared with', () => {
  assert.equal(whereOf({ _id: { $gte: 'A' } }), '"_id" >= ? AND "_id" < ?');
  assert.equal(whereOf({ _id: { $lt: 'A' } }), '"_id" < ? AND "_id" >= ?');
  assert.equal(whereOf({ at: { $gte: 1, $lt: 'A' } }), '"at" >= ? AND "at" < ? AND "at" < ? AND "at" >= ?');
});
