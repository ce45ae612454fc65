import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { createCache } from '../cache/index.ts';
import { createLogger } from '../logging/index.ts';
import { createMetrics } from '../telemetry/index.ts';
import { createHttpServer, takeFiles, untilGone, uploadedFile } from './index.ts';

const NEVER = new AbortController().signal;
const TWO_MINUTES = 120_000;

function aBody(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const body = new PassThrough();
  const asked = { body, headers: {} } as unknown as FastifyRequest;
  return { body, file: uploadedFile(asked, NEVER) };
}

test('a file that comes slower than 1 MiB in two minutes is given up', async (t) => {
  const { body, file } = aBody(t);
  const { pieces } = await file;
  const reading = buffer(pieces);
  const refused = assert.rejects(reading, { code: 'REQUEST_TIMEOUT' });
  body.write('x');
  await new Promise(setImmediate);
  t.mock.timers.tick(TWO_MINUTES);
  await refused;
  assert.ok(!body.destroyed, 'so that it can be answered');
});

test('a file may take as long as it needs while it keeps coming', async (t) => {
  const { body, file } = aBody(t);
  const { pieces } = await file;
  const reading = buffer(pieces);
  for (let i = 0; i < 5; i++) {
    body.write(Buffer.alloc(1_048_576));
    while (body.readableLength > 0 || body.writableLength > 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
    t.mock.timers.tick(TWO_MINUTES);
  }
  body.end();
  assert.equal((await reading).length, 5 * 1_048_576);
});

test("the server's own limit of time is not for uploads", async (t) => {
  const metrics = createMetrics({
    databaseBytes: () => Promise.resolve(1),
    vendors: () => [],
    cache: createCache(0).state,
  });
  const server = await createHttpServer({ logger: createLogger('silent'), metrics, version: '1', maxBodyBytes: 1_000 });
  t.after(() => server.close());
  const sockets = new Map<string, Socket>();
  takeFiles(server, (scope) =>
    scope.post('/upload', { config: { isUpload: true } }, async (asked, reply) => {
      sockets.set('upload', asked.raw.socket);
      const { pieces } = await uploadedFile(asked, untilGone(reply));
      return { bytes: (await buffer(pieces)).length };
    }),
  );
  await server.listen({ port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const sending = request({ port, path: '/upload', method: 'POST' });
  sending.write('x'.repeat(5_000));
  while (!sockets.has('upload')) await new Promise(setImmediate);
  server.server.emit(
    'clientError',
    Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
    sockets.get('upload'),
  );
  sending.end('x');
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  assert.deepEqual([response.statusCode, String(await buffer(response))], [200, '{"bytes":5001}']);
});
