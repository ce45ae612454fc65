import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProviderError } from '../errors/index.ts';
import { withinDeadline } from './within-deadline.ts';

const NEVER = new AbortController().signal;
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('heard it'))));

test('an answer in time is the answer, and a failure the failure', async () => {
  assert.equal(await withinDeadline('acme', 1_000, NEVER, () => Promise.resolve(7)), 7);
  const refused = new ProviderError('PROVIDER_REFUSED', 'acme: no');
  await assert.rejects(
    withinDeadline('acme', 1_000, NEVER, () => Promise.reject(refused)),
    refused,
  );
});

test('a vendor that is late is told as such, whether it listens to its signal or not', async () => {
  const deaf = setTimeout(() => undefined, 60_000); // what keeps the process alive, as a socket would
  for (const ask of [untilAborted, () => new Promise<never>(() => undefined)])
    await assert.rejects(withinDeadline('acme', 20, NEVER, ask), {
      code: 'PROVIDER_TIMEOUT',
      message: /^acme: .*0\.02 s/,
    });
  clearTimeout(deaf);
});

test('who gives up hears why, and nothing is asked for who has', async () => {
  const controller = new AbortController();
  const answer = withinDeadline('acme', 60_000, controller.signal, () => new Promise<never>(() => undefined));
  controller.abort(new Error('enough'));
  await assert.rejects(answer, /enough/);
  await assert.rejects(
    withinDeadline('acme', 60_000, controller.signal, () => assert.fail('asked')),
    /enough/,
  );
});
