import { test } from 'node:test';
import { instrumentId } from '../../src/market/index.ts';
import { freePort, startRedis } from '../support/a-redis.ts';
import { aStreamServer } from '../support/a-stream-server.ts';
import { aFolder } from '../support/open-test-database.ts';
import { StreamListener } from '../support/stream-listener.ts';

// `redis-server` must be installed.

test('a client hears the quotes that another process publishes', async (t) => {
  const folder = aFolder(t);
  const port = await freePort();
  await startRedis(t, port);
  const options = { folder, redisUrl: `redis://127.0.0.1:${port}` };
  const [here, there] = [await aStreamServer(t, options), await aStreamServer(t, options)];
  const listener = await StreamListener.connect(here.url);
  t.after(() => listener.close());
  await listener.subscribe(['quotes:A:B']);
  // Until both have found Redis, nothing is heard.
  const publishing = setInterval(
    () => there.hub.publishQuote({ instrumentId: instrumentId('A:B'), last: 7, receivedAt: 1_000 }),
    50,
  );
  t.after(() => clearInterval(publishing));
  await listener.next(({ quote }) => quote?.last === 7);
});
