import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { MongoClient } from 'mongodb';
import { aServingProcess } from '../support/a-serving-process.ts';

/** The way to the server that MONGODB_URI names, until it is cut: then nothing comes back any more, as from a dead machine. */
async function aWayToTheServer(t: TestContext): Promise<{ readonly url: string; cut(): Promise<void> }> {
  const uri = new URL(process.env['MONGODB_URI'] ?? assert.fail('MONGODB_URI names a server'));
  const sockets = new Set<Socket>();
  let isCut = false;
  const asked = Promise.withResolvers<void>();
  const proxy = createServer((client) => {
    if (isCut) return void sockets.add(client);
    const server = connect(Number(uri.port || 27_017), uri.hostname);
    for (const socket of [client, server]) sockets.add(socket.on('error', () => undefined));
    client.on('data', () => isCut && asked.resolve());
    client.pipe(server).pipe(client);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const name = `pocketquant_test_${process.pid}_stopping`;
  t.after(async () => {
    const client = await MongoClient.connect(uri.href);
    await client.db(name).dropDatabase();
    await client.close();
  });
  const through = new URL(uri);
  through.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  through.pathname = `/${name}`;
  through.searchParams.set('directConnection', 'true');
  return {
    url: through.href,
    /** Answers when the server was asked in vain. */
    cut() {
      isCut = true;
      for (const socket of sockets) socket.unpipe().resume();
      return asked.promise;
    },
  };
}

test('a process whose server of the database is gone ends in time, and tells what it left behind', async (t) => {
  const way = await aWayToTheServer(t);
  const server = await aServingProcess(t, way.url);
  const bar = { openTime: '2020-01-01T00:00:00Z', open: 1, high: 1, low: 1, close: 1 };
  const put = (): Promise<Response> =>
    fetch(`${server.url}/api/v1/bars/TEST:ONE?interval=1m`, {
      method: 'PUT',
      body: JSON.stringify({ provider: 'test', state: 'final', bars: [bar] }),
      headers: { 'content-type': 'application/json' },
    });
  assert.equal((await put()).status, 200);
  const askedInVain = way.cut();
  const waiting = put().catch(() => undefined);
  await askedInVain;
  const { exitCode, tookMs, logged } = await server.stop();
  assert.equal(exitCode, 0, logged);
  assert.ok(tookMs < 10_000, `it took ${tookMs} ms`);
  assert.match(logged, /Closed before this part had ended/);
  await waiting;
});
