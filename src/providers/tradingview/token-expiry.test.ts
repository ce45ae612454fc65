import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenExpiry } from './token-expiry.ts';

const jwtOf = (claims: unknown): string =>
  ['{"alg":"RS512"}', JSON.stringify(claims), 'sign'].map((part) => Buffer.from(part).toString('base64url')).join('.');

test('the expiry of a token is read where it says one; others have none', () => {
  assert.equal(tokenExpiry(jwtOf({ user_id: 1, exp: 1_767_225_600, iat: 1_767_211_200 })), Date.UTC(2026, 0, 1));
  const others = [
    '',
    'good-token',
    'a.b.c',
    jwtOf({}),
    jwtOf(null),
    jwtOf([]),
    jwtOf({ exp: '1' }),
    jwtOf({ exp: 1e300 }),
  ];
  for (const token of others) assert.equal(tokenExpiry(token), undefined, token);
});
