import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { aServingProcess, type Ended } from '../support/a-serving-process.ts';
import { aFolder } from '../support/open-test-database.ts';

const WITHIN_MS = 10_000;
/** Streams and waits do not wait for a deadline. */
const AT_ONCE_MS = 3_000;

function assertEnded({ exitCode, tookMs, logged }: Ended, withinMs = WITHIN_MS): void {
  assert.equal(exitCode, 0, logged);
  assert.ok(tookMs < withinMs, `it took ${Math.round(tookMs)} ms\n${logged}`);
}

const aDatabase = (t: TestContext): string => join(aFolder(t), 'stopping.db');

async function aConnection(t: TestContext, url: string, sent = ''): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(sent);
  return socket;
}

/** A vendor that takes requests and never answers. */
async function aHangingVendor(t: TestContext): Promise<{ readonly url: string; readonly asked: Promise<unknown> }> {
  const server = createServer(() => undefined);
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: once(server, 'request'),
  };
}

const ORDER = { instrumentId: 'BINANCE:BTCUSDT', interval: '1m', provider: 'binance', from: '2024-01-01' };

const post = (url: string, body: object): Promise<Response> =>
  fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

test('with nothing to do it ends at once', async (t) => {
  const server = await aServingProcess(t, `file:${aDatabase(t)}`);
  const ended = await server.stop();
  assertEnded(ended, AT_ONCE_MS);
  assert.doesNotMatch(ended.logged, /Closed before/);
});

test('it ends with connections that are silent, half a request, and one whose client does not read', async (t) => {
  const server = await aServingProcess(t, `file:${aDatabase(t)}`);
  const bars = Array.from({ length: 20_000 }, (_, i) => ({
    open: 1,
    high: 1,
    low: 1,
    close: 1,
    openTime: new Date(Date.UTC(2020, 0, 1) + i * 60_000).toISOString(),
  }));
  await fetch(`${server.url}/api/v1/bars/TEST:MANY?interval=1m`, {
    method: 'PUT',
    body: JSON.stringify({ provider: 'test', state: 'final', bars }),
    headers: { 'content-type': 'application/json' },
  });
  await aConnection(t, server.url);
  await aConnection(t, server.url, 'GET /api/v1/symbols HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ');
  await aConnection(
    t,
    server.url,
    'PUT /api/v1/bars/TEST:ONE?interval=1m HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"provider"',
  );
  const deaf = await aConnection(
    t,
    server.url,
    'GET /api/v1/bars/TEST:MANY?interval=1m&limit=20000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(20),
  );
  deaf.pause();
  await once(deaf, 'readable');
  assertEnded(await server.stop());
});

test('streams and waits end at once', async (t) => {
  const { url: vendorUrl, asked } = await aHangingVendor(t);
  const server = await aServingProcess(t, `file:${aDatabase(t)}`, { POCKETQUANT_BINANCE_URL: vendorUrl });
  const api = `${server.url}/api/v1`;
  const sockets = Array.from({ length: 100 }, () => new WebSocket(`${api.replace('http', 'ws')}/stream`));
  await Promise.all(sockets.map((socket) => once(socket, 'open')));
  const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));
  const events = await Promise.all(Array.from({ length: 100 }, () => fetch(`${api}/stream/sse?topics=changes`)));
  const ends = Promise.all(events.map((answer) => answer.text()));
  const waiting = post(`${api}/sync?wait=true`, ORDER);
  await asked;
  const stopped = server.stop();
  const began = performance.now();
  await Promise.all([closed, ends, waiting]);
  assert.ok(performance.now() - began < AT_ONCE_MS);
  assert.equal((await waiting).status, 202);
  assertEnded(await stopped);
});

test('it ends while a vendor does not answer, and hands the job back', async (t) => {
  const { url: vendorUrl, asked } = await aHangingVendor(t);
  const databaseUrl = `file:${aDatabase(t)}`;
  const server = await aServingProcess(t, databaseUrl, { POCKETQUANT_BINANCE_URL: vendorUrl });
  await post(`${server.url}/api/v1/sync`, ORDER);
  await asked;
  assertEnded(await server.stop());
  const again = await aServingProcess(t, databaseUrl, { POCKETQUANT_BINANCE_URL: vendorUrl });
  const { jobs } = (await (await fetch(`${again.url}/api/v1/jobs`)).json()) as { jobs: { error: unknown }[] };
  assert.deepEqual(
    jobs.map(({ error }) => error),
    [null],
  );
  assertEnded(await again.stop());
});

test('it ends though its database was removed, with a feed running', async (t) => {
  const file = aDatabase(t);
  const server = await aServingProcess(t, `file:${file}`);
  const api = `${server.url}/api/v1`;
  await post(`${api}/subscriptions`, { instrumentId: 'SIM:ONE', intervals: ['1s', '1m'], provider: 'simulated' });
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  assertEnded(await server.stop());
});

test('told twice, it ends at once', async (t) => {
  const server = await aServingProcess(t, `file:${aDatabase(t)}`);
  await aConnection(
    t,
    server.url,
    'PUT /api/v1/bars/TEST:ONE?interval=1m HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
  );
  await fetch(`${server.url}/health/live`);
  const first = server.stop('SIGINT');
  const refused = async (): Promise<boolean> =>
    fetch(server.url).then(
      () => false,
      () => true,
    );
  while (!(await refused())); // it has begun to close
  const { exitCode, tookMs } = await server.stop('SIGTERM');
  assert.equal(exitCode, null, 'by the signal');
  assert.ok(tookMs < 1_000);
  await first;
});
