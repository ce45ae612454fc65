import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProviderError, type ErrorCode } from '../../../platform/errors/index.ts';
import { fetchEach } from './fetch-each.ts';

const pages = Array.from({ length: 10 }, (_, i) => ({ from: 9 - i, to: 10 - i }));

/** Fetches pages of which some fail; answers which were asked for, by their place from the newest. */
async function fetchAll(codeOf: (place: number) => ErrorCode | undefined) {
  const asked: number[] = [];
  const outcome = await fetchEach(pages, (page) => {
    const place = pages.indexOf(page);
    asked.push(place);
    const code = codeOf(place);
    return Promise.resolve(code === undefined ? undefined : new ProviderError(code as 'PROVIDER_REFUSED', 'as told'));
  });
  return { asked, ...outcome };
}

test('pages are asked for newest first, and one that fails for good stops no other', async () => {
  const { asked, failed, hasAnswer } = await fetchAll((place) =>
    place === 0 || place === 4 ? 'PROVIDER_REFUSED' : undefined,
  );
  assert.deepEqual(asked, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual([failed.map(({ page }) => pages.indexOf(page)), hasAnswer], [[0, 4], true]);
});

test('after failures in a row the oldest pages are tried, and after as many there the rest is given up', async () => {
  const newestFail = await fetchAll((place) => (place < 5 ? 'PROVIDER_ANSWER_INVALID' : undefined));
  assert.deepEqual(newestFail.asked, [0, 1, 2, 9, 8, 7, 6, 5, 4, 3]);
  const allFail = await fetchAll(() => 'PROVIDER_UNAVAILABLE');
  assert.deepEqual([allFail.asked, allFail.hasAnswer], [[0, 1, 2, 9, 8, 7], false]);
});

test('what is beyond the reach is no failure, and an unknown symbol ends it at once', async () => {
  const { asked, failed, hasAnswer } = await fetchAll(() => 'PROVIDER_OUT_OF_REACH');
  assert.deepEqual([asked.length, failed, hasAnswer], [10, [], false]);
  await assert.rejects(
    fetchAll(() => 'PROVIDER_SYMBOL_UNKNOWN'),
    { code: 'PROVIDER_SYMBOL_UNKNOWN' },
  );
});
