import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openFakeServer } from '../../../test/support/fake-vendor/fake-server.ts';
import { openFakeSockets, type FakeRefusal } from '../../../test/support/fake-vendor/fake-sockets.ts';
import { until } from '../../../test/support/until.ts';
import type { ErrorCode } from '../errors/index.ts';
import { openJsonSocket, type SocketOptions } from './index.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const GREETING = { hello: 'you' };

/** A vendor that greets and then says back what it is told. */
async function aVendor(t: TestContext) {
  const server = await openFakeServer({ now: NOW, answer: () => ({ status: 404, body: '' }) });
  const sockets = openFakeSockets(server.http, (client) => {
    client.send(GREETING);
    return { onText: (text) => client.send({ told: JSON.parse(text) as unknown }) };
  });
  t.after(() => {
    sockets.close();
    server.close();
  });
  const heard: unknown[] = [];
  let beats = 0;
  const open = async (options: Partial<SocketOptions> = {}, signal = new AbortController().signal) => {
    const socket = await openJsonSocket(
      {
        name: 'vendor',
        url: sockets.url,
        clock: () => NOW,
        onMessage: (json) => heard.push(json),
        onHeard: () => beats++,
        ...options,
        patience: { connectMs: 200, answerMs: 50, closeMs: 50, maxBytes: 1_000, ...options.patience },
      },
      signal,
    );
    t.after(() => socket.close());
    return socket;
  };
  return { sockets, server, heard, beats: () => beats, open };
}

test('messages go both ways in order, and each counts as heard, as does a ping', async (t) => {
  const { open, heard, sockets, beats } = await aVendor(t);
  const socket = await open();
  socket.send({ a: 1 });
  socket.send([2]);
  await until(() => heard.length === 3, 'three messages');
  assert.deepEqual(heard, [GREETING, { told: { a: 1 } }, { told: [2] }]);
  assert.equal(beats(), 3);
  sockets.ping();
  await until(() => beats() === 4, 'the ping');
});

test('a vendor that does not ping is pinged, and its answers count as heard', async (t) => {
  const { open, heard, beats } = await aVendor(t);
  const socket = await open({ pingMs: 5 });
  await until(() => beats() >= 4, 'three answers');
  assert.deepEqual(heard, [GREETING]);
  await socket.close();
});

const ENDS: readonly (readonly [code: number, kind: string, error: ErrorCode | undefined])[] = [
  [1000, 'clean', undefined],
  [1001, 'clean', undefined],
  [1008, 'lost', 'PROVIDER_UNAVAILABLE'],
  [1011, 'lost', 'PROVIDER_UNAVAILABLE'],
  [4000, 'lost', 'PROVIDER_UNAVAILABLE'],
];
for (const [code, kind, error] of ENDS)
  test(`a close with ${code} is ${kind}`, async (t) => {
    const { open, sockets } = await aVendor(t);
    const { ended } = await open();
    sockets.closeAll(code);
    const end = await ended;
    assert.deepEqual([end.kind, end.error?.code], [kind, error]);
  });

const SPOILS: readonly (readonly [what: string, text: string])[] = [
  ['cut JSON', '{"a":'],
  ['HTML', '<html>'],
  ['an empty message', ''],
  ['NaN', '{"a":NaN}'],
  ['a message larger than allowed', JSON.stringify('x'.repeat(1_001))],
];
for (const [what, text] of SPOILS)
  test(`${what} ends the connection as lost, and nothing after it is heard`, async (t) => {
    const { open, sockets, heard } = await aVendor(t);
    const { ended } = await open();
    await until(() => heard.length === 1, 'the greeting');
    sockets.tell(text);
    sockets.tell('{"late":true}');
    const { kind, error } = await ended;
    assert.deepEqual([kind, error?.code], ['lost', 'PROVIDER_ANSWER_INVALID']);
    assert.match(error?.message ?? '', /^vendor: /);
    assert.deepEqual(heard, [GREETING]);
  });

test('a reset inside a frame is lost', async (t) => {
  const { open, sockets } = await aVendor(t);
  const { ended } = await open();
  sockets.cut('{"a":1}');
  const { kind, error } = await ended;
  assert.deepEqual([kind, error?.code], ['lost', 'PROVIDER_UNAVAILABLE']);
});

test('what a hearer throws ends the connection, and nothing else', async (t) => {
  const { open } = await aVendor(t);
  const fault = new TypeError('a bug');
  const onMessage = (): never => {
    throw fault;
  };
  const { error } = await (await open({ onMessage })).ended;
  assert.deepEqual([error?.code, error?.cause], ['PROVIDER_ANSWER_INVALID', fault]);
});

test('closing tells once that it is closed, and later ends change nothing', async (t) => {
  const { open, sockets, heard } = await aVendor(t);
  const socket = await open();
  await until(() => heard.length === 1, 'the greeting');
  const closing = socket.close();
  socket.send({ too: 'late' });
  sockets.closeAll(1011);
  await closing;
  await socket.close();
  assert.deepEqual(await socket.ended, { kind: 'closed', error: undefined });
  await until(() => sockets.open === 0, 'the socket is gone');
  assert.deepEqual(heard, [GREETING]);
  assert.equal(sockets.log.length, 0);
});

test('a vendor that does not agree to a close is not waited for', async (t) => {
  const { open, sockets } = await aVendor(t);
  const socket = await open();
  sockets.freeze();
  await socket.close();
  assert.equal((await socket.ended).kind, 'closed');
});

test('an answer that does not come in time ends the connection; one that does leaves it', async (t) => {
  const { open, heard } = await aVendor(t);
  const socket = await open();
  socket.expect('say hello')();
  await until(() => heard.length === 1, 'the greeting');
  socket.expect('answer');
  const { kind, error } = await socket.ended;
  assert.deepEqual([kind, error?.code], ['lost', 'PROVIDER_TIMEOUT']);
  assert.equal(error?.message, 'vendor: took longer than 50 ms to answer');
});

test('a vendor that takes nothing off the wire is given up', async (t) => {
  const { open, sockets } = await aVendor(t);
  const socket = await open();
  sockets.freeze();
  const large = 'x'.repeat(100_000);
  for (let sent = 0; sent < 1_000; sent++) socket.send(large);
  const { kind, error } = await socket.ended;
  assert.deepEqual([kind, error?.code], ['lost', 'PROVIDER_UNAVAILABLE']);
});

const REFUSALS: readonly (readonly [answer: FakeRefusal | 'silence', code: ErrorCode])[] = [
  ['silence', 'PROVIDER_TIMEOUT'],
  [{ status: 403 }, 'PROVIDER_REFUSED'],
  [{ status: 429, headers: { 'retry-after': '20' } }, 'PROVIDER_RATE_LIMITED'],
  [{ status: 418 }, 'PROVIDER_RATE_LIMITED'],
  [{ status: 503 }, 'PROVIDER_UNAVAILABLE'],
  [{ status: 301, headers: { location: 'http://127.0.0.1:9/' } }, 'PROVIDER_UNAVAILABLE'],
];
for (const [answer, code] of REFUSALS)
  test(`${answer === 'silence' ? answer : answer.status} in place of a connection is ${code}`, async (t) => {
    const { open, sockets } = await aVendor(t);
    sockets.refuse(answer);
    const retryAfterSeconds = answer !== 'silence' && answer.status === 429 ? 20 : undefined;
    await assert.rejects(open(), { code, retryAfterSeconds, message: /^vendor: / });
  });

test('nobody there, or no URL, is a vendor that cannot be reached', async (t) => {
  const { open, sockets, server } = await aVendor(t);
  server.close();
  await assert.rejects(open({ url: sockets.url }), { code: 'PROVIDER_UNAVAILABLE', message: /ECONNREFUSED/ });
  await assert.rejects(open({ url: 'nonsense' }), { code: 'PROVIDER_UNAVAILABLE' });
});

test('the greeting is part of connecting: its failure, its deadline, and a vendor that hangs up during it', async (t) => {
  const { open, sockets } = await aVendor(t);
  const never = () => new Promise<void>(() => undefined);
  await assert.rejects(open({ greet: never }), { code: 'PROVIDER_TIMEOUT' });
  const hangUp = async (): Promise<void> => {
    sockets.closeAll(1000);
    await never();
  };
  await assert.rejects(open({ greet: hangUp }), { code: 'PROVIDER_UNAVAILABLE', message: /during the handshake/ });
  await assert.rejects(open({ greet: () => Promise.reject(new Error('not you')) }), /not you/);
  await until(() => sockets.open === 0, 'no socket is left');
});

test('a signal ends a connection that is not yet one, with its reason', async (t) => {
  const { open, sockets } = await aVendor(t);
  sockets.refuse('silence');
  const controller = new AbortController();
  const opening = open({ patience: { connectMs: 5_000 } }, controller.signal);
  setImmediate(() => controller.abort(new Error('enough')));
  await assert.rejects(opening, /enough/);
  await assert.rejects(open({}, AbortSignal.abort(new Error('before'))), /before/);
  sockets.refuse(undefined);
  const later = new AbortController();
  const socket = await open({}, later.signal);
  later.abort();
  socket.send(1);
  await until(() => sockets.log.length === 1, 'it goes on after connecting');
});
