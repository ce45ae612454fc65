import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MongoBulkWriteError, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { asStoreError } from './index.ts';

const ofServer = (message: string, code: number): Error => new MongoServerError({ message, code });

test('each kind of trouble is told as what it is, with a time to come back where it passes', () => {
  const closed = new MongoNetworkError('connection 3 to 127.0.0.1:27017 closed');
  for (const [error, words, retryAfter] of [
    [new MongoServerSelectionError('timed out', {} as never), /^The database does not answer: timed out; check/, 5],
    [closed, /^The database was lost in the middle: connection 3 to .* closed; try again/, 5],
    [new MongoBulkWriteError(closed, {} as never), /^The database was lost in the middle: connection 3/, 5],
    [ofServer('not primary', 10_107), /^The database was lost in the middle: not primary; try again/, 5],
    [ofServer('interrupted at shutdown', 11_600), /^The database was lost in the middle: interrupted/, 5],
    [ofServer('waiting for replication timed out', 64), /^Too few of the database's servers confirmed a write/, 5],
    [ofServer('Authentication failed.', 18), /^The database refused the user or the password/, undefined],
    [ofServer('not authorized on market', 13), /may not do this: not authorized on market/, undefined],
    [ofServer('BSON too large at mongodb://me:secret@host', 10_334), /refused: .* mongodb:\/\/host$/, undefined],
  ] as const) {
    const told = asStoreError(error);
    assert.match(told?.message ?? '', words);
    assert.equal(told?.code, 'DATABASE_UNAVAILABLE');
    assert.equal(told?.retryAfterSeconds, retryAfter, told?.message);
  }
  assert.equal(asStoreError(ofServer('no space left', 14_031))?.code, 'DATABASE_FULL');
  assert.equal(asStoreError(new TypeError('a bug')), undefined);
});
