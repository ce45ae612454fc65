import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ERROR_CODES } from './codes.ts';
import { ConflictError, errorOfCode, InvalidRequestError } from './errors.ts';

test('every code is explained in the reference with its class and statuses, and the reference knows no other', () => {
  const reference = readFileSync(new URL('../../../docs/reference/errors.md', import.meta.url), 'utf8');
  const rows = [...reference.matchAll(/^\| `([A-Z_]+)` +\| (\w+) +\| (\d+) +\| (\d) +\| .{10}/gm)];
  const explained = rows.map(([, code, name, http, exit]) => [
    code,
    { class: name, httpStatus: Number(http), exitCode: Number(exit) },
  ]);
  const registered = Object.entries(ERROR_CODES).map(([code, { class: name, httpStatus, exitCode }]) => [
    code,
    { class: name, httpStatus, exitCode },
  ]);
  assert.deepEqual(Object.fromEntries(explained), Object.fromEntries(registered));
});

test('an error that was told of by its code is of the class that says who must act', () => {
  assert.ok(errorOfCode('WRITE_CONFLICT', 'Try again') instanceof ConflictError);
  const refused = errorOfCode('NO_SCHEDULE', 'Set one');
  assert.ok(refused instanceof InvalidRequestError);
  assert.deepEqual([refused.code, refused.message], ['NO_SCHEDULE', 'Set one']);
});
