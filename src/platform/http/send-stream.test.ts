import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, request, type IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { createCache } from '../cache/index.ts';
import { createLogger } from '../logging/index.ts';
import { createMetrics } from '../telemetry/index.ts';
import { createHttpServer, listen, sendStream } from './index.ts';

const PIECE = Buffer.alloc(20_000, 'bars ');
const ENCODINGS = ['identity', 'gzip', 'zstd'];

/** Makes pieces, tells how many, and when it was stopped. */
class Producer {
  made = 0;
  readonly begun = Promise.withResolvers<void>();
  readonly stopped = Promise.withResolvers<'stopped'>();
  readonly pieces: AsyncIterable<Uint8Array>;

  /** @param change what happens before the piece of that number, which may throw */
  constructor(count: number, change: (piece: number) => Promise<void> | void = () => undefined) {
    this.pieces = this.#make(count, change);
  }

  async *#make(count: number, change: (piece: number) => Promise<void> | void): AsyncGenerator<Uint8Array> {
    this.begun.resolve();
    try {
      for (; this.made < count; this.made++) {
        await change(this.made);
        yield PIECE;
      }
    } finally {
      this.stopped.resolve('stopped');
    }
  }

  /** Whether it was stopped within a second. */
  async isStopped(): Promise<boolean> {
    return (await Promise.race([this.stopped.promise, setTimeout(1_000, 'running')])) === 'stopped';
  }
}

/** The address of a server that answers with what the producer makes. */
async function serving(t: TestContext, { pieces }: Producer): Promise<string> {
  const server = await createHttpServer({
    logger: createLogger('silent'),
    metrics: createMetrics({ databaseBytes: () => Promise.resolve(0), vendors: () => [], cache: createCache(0).state }),
    version: '1',
    maxBodyBytes: 1_000,
  });
  t.after(() => server.close());
  server.get('/pieces', (_request, reply) => sendStream(reply, 'text/plain', pieces));
  return `${await listen(server, '127.0.0.1', 0)}/pieces`;
}

const failAt = (last: number) => (piece: number) => {
  if (piece === last) throw new Error('The disk went away');
};

for (const encoding of ENCODINGS) {
  const headers = { 'accept-encoding': encoding };

  test(`all pieces arrive (${encoding})`, async (t) => {
    const response = await fetch(await serving(t, new Producer(50)), { headers });
    assert.equal(response.headers.get('content-encoding'), encoding === 'identity' ? null : encoding);
    assert.equal(response.headers.get('content-type'), 'text/plain');
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.concat(Array.from({ length: 50 }, () => PIECE)));
  });

  test(`an error before the first byte is a problem answer (${encoding})`, async (t) => {
    const response = await fetch(await serving(t, new Producer(5, failAt(0))), { headers });
    assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [500, 'INTERNAL']);
  });

  test(`an error after the first byte breaks the connection off (${encoding})`, async (t) => {
    const asking = get(await serving(t, new Producer(50, failAt(40))), { headers });
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, 200);
    await assert.rejects(response.toArray(), { code: 'ECONNRESET' });
    assert.equal(response.complete, false);
  });

  test(`a client that goes away in the middle stops the producer (${encoding})`, async (t) => {
    const producer = new Producer(Infinity, () => setTimeout(1));
    const asking = get(await serving(t, producer), { headers });
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    await once(response, 'data');
    asking.destroy();
    assert.ok(await producer.isStopped());
  });

  test(`a client that goes away before the first byte stops the producer (${encoding})`, async (t) => {
    const clientLeft = Promise.withResolvers<void>();
    const producer = new Producer(Infinity, (piece) => (piece === 0 ? clientLeft.promise : setTimeout(1)));
    const asking = get(await serving(t, producer), { headers });
    asking.on('error', () => undefined);
    await producer.begun.promise;
    asking.destroy();
    await setTimeout(50); // The server learns of it by its socket only.
    clientLeft.resolve();
    assert.ok(await producer.isStopped());
  });
}

test('a client that reads slowly is waited for', async (t) => {
  const producer = new Producer(10_000);
  const asking = get(await serving(t, producer));
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  response.pause();
  await setTimeout(300);
  const madeForNobody = producer.made;
  assert.ok(madeForNobody < 5_000, `${madeForNobody} of 10000 pieces were made though nobody read`);
  response.on('error', () => undefined);
  asking.destroy();
  assert.ok(await producer.isStopped());
});

test('who asks for the headers gets them, and no piece but the first is made', async (t) => {
  const producer = new Producer(Infinity);
  const asking = request(await serving(t, producer), { method: 'HEAD' });
  asking.end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  response.resume();
  assert.deepEqual([response.statusCode, response.headers['content-type']], [200, 'text/plain']);
  assert.ok(await producer.isStopped());
  assert.equal(producer.made, 0);
});
