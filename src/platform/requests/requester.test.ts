import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { jsonAnswer, startFakeServer } from '../../../test/support/fake-vendor/fake-server.ts';
import {
  answering,
  cutGzip,
  cutInside,
  gzipped,
  HTML,
  resetAtOnce,
  resetInside,
  sendAnswer,
  silent,
  trickling,
  type Fault,
} from '../../../test/support/fake-vendor/faults.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { skippingClock } from '../../../test/support/skipping-clock.ts';
import { until } from '../../../test/support/until.ts';
import { ProviderError } from '../errors/index.ts';
import { createRequester, type RequesterOptions } from './index.ts';

const START = Date.UTC(2026, 0, 5, 12);
const GOOD = { answer: 'x'.repeat(200) };

async function aRequester(t: TestContext, options: Partial<RequesterOptions> = {}) {
  const server = await startFakeServer(t, { now: START, answer: () => jsonAnswer(GOOD) });
  const clock = skippingClock(START);
  const requester = createRequester({
    name: 'vendor',
    baseUrl: server.url,
    limits: { windowMs: 60_000, requests: 1_000, concurrent: 4 },
    clock: clock.now,
    timer: clock.timer,
    random: () => 1,
    ...options,
    patience: { attempts: 3, attemptMs: 150, ...options.patience },
  });
  t.after(() => requester.close());
  const controller = new AbortController();
  const get = () => requester.getJson('/v1/things', { key: 'secret-key' }, { signal: controller.signal });
  return { server, clock, requester, get, controller };
}

const HEALED: readonly (readonly [what: string, fault: Fault, passedMs: number])[] = [
  ['a 500', answering(500), 500],
  ['a 502 with HTML', answering(502, HTML), 500],
  ['a 503 with Retry-After', answering(503, '', { 'retry-after': '20' }), 20_000],
  ['a 429 with Retry-After in seconds', answering(429, 'Too Many Requests', { 'retry-after': '20' }), 20_000],
  ['a 418 with a date', answering(418, '', { 'retry-after': new Date(START + 125_000).toUTCString() }), 125_000],
  ['a 429 with a reset', answering(429, '', { 'x-ratelimit-reset': String(START / 1_000 + 40) }), 40_000],
  ['a 429 without a word', answering(429), 500],
  ['HTML with 200', answering(200, HTML), 500],
  ['cut JSON', cutInside, 500],
  ['cut gzip', cutGzip, 500],
  ['a reset inside the body', resetInside, 500],
  ['a reset instead of an answer', resetAtOnce, 500],
  ['late headers', silent, 500],
  ['a byte at a time', trickling, 500],
  ['a redirect', answering(302, '', { location: 'http://127.0.0.1:9/' }), 500],
];

for (const setBy of [-3_600_000, 86_400_000])
  test(`a pause lasts as long as the vendor asks for, though the clock is set by ${setBy} ms meanwhile`, async (t) => {
    const time = manualClock(START);
    let ahead = 0;
    const clocks = { clock: () => time.now() + ahead, elapsed: time.now, timer: time.timer };
    const { server, requester, get } = await aRequester(t, clocks);
    server.fail(answering(429, '', { 'retry-after': '20' }));
    const answer = get();
    await until(() => requester.state().pausedUntil !== undefined, 'it pauses');
    ahead = setBy;
    assert.equal(requester.state().pausedUntil, START + setBy + 20_000);
    time.pass(19_999);
    assert.equal(server.requests.length, 1);
    time.pass(1);
    assert.deepEqual((await answer).json, GOOD);
  });

for (const [what, fault, passedMs] of HEALED)
  test(`${what} is asked again after a while`, async (t) => {
    const { server, clock, get } = await aRequester(t);
    server.fail(fault);
    assert.deepEqual((await get()).json, GOOD);
    assert.equal(server.requests.length, 2);
    assert.equal(clock.now() - START, passedMs);
  });

const LASTING: readonly (readonly [what: string, fault: Fault, code: string])[] = [
  ['500', answering(500), 'PROVIDER_UNAVAILABLE'],
  ['429', answering(429), 'PROVIDER_RATE_LIMITED'],
  ['HTML with 200', answering(200, HTML), 'PROVIDER_ANSWER_INVALID'],
  ['late headers', silent, 'PROVIDER_TIMEOUT'],
  ['a byte at a time', trickling, 'PROVIDER_TIMEOUT'],
  ['resets', resetInside, 'PROVIDER_UNAVAILABLE'],
];

for (const [what, fault, code] of LASTING)
  test(`${what} that does not end is ${code}, after all attempts and without the key`, async (t) => {
    const { server, get } = await aRequester(t);
    server.failAlways(fault);
    await assert.rejects(get(), (error) => {
      assert.ok(error instanceof ProviderError);
      assert.equal(error.code, code);
      assert.match(error.message, /^vendor: GET http:\/\/127\.0\.0\.1:\d+\/v1\/things /);
      assert.doesNotMatch(inspect(error, { depth: 9 }), /secret-key/);
      return true;
    });
    assert.equal(server.requests.length, 3);
  });

test('nobody there is PROVIDER_UNAVAILABLE', async (t) => {
  const { get } = await aRequester(t, { baseUrl: 'http://127.0.0.1:1' });
  await assert.rejects(get(), { code: 'PROVIDER_UNAVAILABLE' });
});

test('what the vendor refuses is asked once, and the vendor explains it', async (t) => {
  const explain = (status: number, body: unknown) =>
    status === 400 ? new ProviderError('PROVIDER_SYMBOL_UNKNOWN', JSON.stringify(body)) : undefined;
  const { server, get, requester } = await aRequester(t, { explain });
  server.fail(answering(400, '{"code":-1121}'), answering(404, HTML));
  await assert.rejects(get(), { code: 'PROVIDER_SYMBOL_UNKNOWN', message: '{"code":-1121}' });
  await assert.rejects(get(), { code: 'PROVIDER_REFUSED', message: /answered 404$/ });
  assert.equal(server.requests.length, 2);
  assert.equal(requester.state().breaker, 'closed', 'a vendor that refuses works');
});

test('a pause longer than patience is an error at once that says how long', async (t) => {
  const { server, get, requester } = await aRequester(t);
  server.fail(answering(418, '', { 'retry-after': '7200' }));
  await assert.rejects(get(), { code: 'PROVIDER_RATE_LIMITED', retryAfterSeconds: 7_200 });
  assert.equal(requester.state().pausedUntil, START + 7_200_000);
  await assert.rejects(get(), { code: 'PROVIDER_RATE_LIMITED' });
  assert.equal(server.requests.length, 1, 'the second request did not leave');
});

test('a vendor that stays too busy and names no time is left alone ever longer', async (t) => {
  const { server, clock, get, requester } = await aRequester(t, { patience: { totalMs: 20_000 } });
  server.failAlways(answering(429));
  for (let i = 0; i < 2; i++) await assert.rejects(get(), { code: 'PROVIDER_RATE_LIMITED' });
  assert.equal(server.requests.length, 6);
  assert.equal((requester.state().pausedUntil ?? 0) - clock.now(), 16_000);
  server.failAlways(sendAnswer);
  await get();
  server.fail(answering(429));
  const before = clock.now();
  await get();
  assert.equal(clock.now() - before, 500, 'a good answer ends it');
});

test('a vendor that is busy for long is asked once, then left alone, and what may help is told each time', async (t) => {
  const { server, clock, get, requester } = await aRequester(t, {
    busy: { pauseMs: 900_000, advice: 'try elsewhere' },
  });
  server.fail(answering(429), answering(429, '', { 'retry-after': '20' }));
  for (let i = 0; i < 2; i++)
    await assert.rejects(get(), { code: 'PROVIDER_RATE_LIMITED', message: /try elsewhere$/, retryAfterSeconds: 900 });
  assert.equal(server.requests.length, 1);
  assert.equal(requester.state().pausedUntil, START + 900_000);
  await new Promise<void>((resolve) => clock.timer(900_000, resolve));
  await get();
  assert.equal(server.requests.length, 3, 'a pause that the vendor names is waited for');
});

test('the last answer that is allowed pauses the next request', async (t) => {
  const { server, clock, get } = await aRequester(t);
  const reset = String(START / 1_000 + 30);
  server.fail((good, response) =>
    sendAnswer({ ...good, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } }, response),
  );
  await get();
  assert.equal(clock.now(), START);
  await get();
  assert.equal(clock.now(), START + 30_000);
});

test('gzip is asked for and unpacked, up to the size that is accepted', async (t) => {
  const { server, get } = await aRequester(t, { patience: { maxBytes: 1_000, attempts: 1 } });
  const bomb: Fault = (_good, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(`"${' '.repeat(100_000)}"`));
  server.fail(
    gzipped,
    bomb,
    answering(200, `"${'x'.repeat(2_000)}"`),
    answering(200, '""', { 'content-encoding': 'br' }),
  );
  assert.deepEqual((await get()).json, GOOD);
  assert.equal(server.requests[0].headers['accept-encoding'], 'gzip');
  for (let i = 0; i < 3; i++) await assert.rejects(get(), { code: 'PROVIDER_ANSWER_INVALID' });
});

test('after failures in a row requests are refused without leaving; later one tries', async (t) => {
  const { server, clock, get, requester } = await aRequester(t, {
    patience: { breaker: { failures: 3, openMs: 5_000 } },
  });
  server.failAlways(answering(500));
  await assert.rejects(get(), { code: 'PROVIDER_UNAVAILABLE' });
  assert.equal(requester.state().breaker, 'open');
  await assert.rejects(get(), { code: 'PROVIDER_UNAVAILABLE', retryAfterSeconds: 5 });
  assert.equal(server.requests.length, 3);
  server.failAlways(sendAnswer);
  await new Promise<void>((resolve) => clock.timer(5_000, resolve));
  assert.equal(requester.state().breaker, 'halfOpen');
  assert.deepEqual((await get()).json, GOOD);
  assert.equal(requester.state().breaker, 'closed');
});

test('a signal ends a request that is under way, and one that waits for the next attempt', async (t) => {
  const underWay = await aRequester(t, { patience: { attemptMs: 60_000 } });
  underWay.server.fail(silent);
  const first = underWay.get();
  setTimeout(() => underWay.controller.abort(new Error('enough')), 30);
  await assert.rejects(first, /enough/);

  const waiting = await aRequester(t, { timer: () => () => undefined });
  waiting.server.fail(answering(500));
  const second = waiting.get();
  setTimeout(() => waiting.controller.abort(new Error('enough')), 30);
  await assert.rejects(second, /enough/);
  await assert.rejects(waiting.get(), /enough/, 'a signal that has ended lets nothing out');
  assert.equal(waiting.server.requests.length, 1);
});

test('a request that was called off says nothing of the vendor, whatever the reason', async (t) => {
  const breaker = { failures: 1, openMs: 5_000 };
  const { server, get, controller, requester } = await aRequester(t, { patience: { attemptMs: 60_000, breaker } });
  server.fail(silent);
  const pending = get();
  setTimeout(() => controller.abort(new ProviderError('PROVIDER_TIMEOUT', 'the job is over')), 30);
  await assert.rejects(pending, /the job is over/);
  assert.equal(requester.state().breaker, 'closed');
});

test('closing ends what is under way', async (t) => {
  const { server, get, requester } = await aRequester(t, { patience: { attemptMs: 60_000 } });
  server.fail(silent);
  const pending = assert.rejects(get(), { code: 'PROVIDER_UNAVAILABLE', message: /closed/ });
  await new Promise((resolve) => setTimeout(resolve, 30));
  await requester.close();
  await pending;
  await assert.rejects(get(), { message: /closed/ });
});

test("the vendor's clock comes with the answer, and parameters without a value are left out", async (t) => {
  const { server, requester } = await aRequester(t, { headers: { 'x-key': 'k' } });
  server.now = START - 90_000;
  const { signal } = new AbortController();
  const answer = await requester.getJson('/a b', { symbol: 'A/B', limit: 5, token: undefined }, { signal });
  assert.equal(answer.vendorTime, START - 90_000);
  assert.equal(server.requests[0].url.search, '?symbol=A%2FB&limit=5');
  assert.equal(server.requests[0].headers['x-key'], 'k');
});

test("the vendor's time is told of every answer that has it, refusals too, and of none that a cache had kept", async (t) => {
  const told: (readonly [asked: number, vendorTime: number])[] = [];
  let asked = 0;
  const onAsk = () => {
    const number = ++asked;
    return (vendorTime: number): void => void told.push([number, vendorTime]);
  };
  const { server, get } = await aRequester(t, { onAsk });
  server.fail(answering(500), answering(200, '{}', { age: '60' }));
  await get();
  await get();
  assert.deepEqual(
    [asked, told],
    [
      3,
      [
        [1, START],
        [3, START],
      ],
    ],
  );
});
