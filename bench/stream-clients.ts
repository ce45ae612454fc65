import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { WebSocket } from 'ws';
import { openApplication } from '../src/main/application.ts';
import { routeStreams } from '../src/main/route-streams.ts';
import { instrumentId } from '../src/market/index.ts';
import { API_PREFIX, listen } from '../src/platform/http/index.ts';
import { inFolder } from './measure.ts';
import { benchServer } from './serve.ts';

// How long a quote takes from the one who publishes it to 1,000 clients of one process, which run in a thread of their
// own: node bench/stream-clients.ts [clients] [seconds]

const CLIENTS = Number(process.argv[2] ?? 1_000);
const SECONDS = Number(process.argv[3] ?? 10);
const TARGET_P99_MS = 50;
const TURN_MS = 5;
/** Published first and not measured. */
const WARM_UP_MS = 2_000;

const now = (): number => performance.timeOrigin + performance.now();
const symbolOf = (place: number): string => `BENCH:S${place}`;

/** What the thread of the clients is told; it does not see the command line. */
interface Listening {
  readonly url: string;
  readonly instruments: number;
  readonly clients: number;
}

interface Load {
  readonly what: string;
  readonly instruments: number;
  readonly quotesPerSecond: number;
}

if (isMainThread) {
  await inFolder(async (folder) => {
    const application = await openApplication({
      databaseUrl: `file:${join(folder, 'streams.db')}`,
      changesKept: 1_000,
      streamClients: 2 * CLIENTS, // those of the load before may still be leaving
      onMessage: () => undefined,
      onBackgroundError: (error) => console.error(error),
    });
    const http = await benchServer();
    await http.register(
      (api, _options, done) => {
        routeStreams(api, application.hub);
        done();
      },
      { prefix: API_PREFIX },
    );
    const url = `${(await listen(http, '127.0.0.1', 0)).replace('http', 'ws')}${API_PREFIX}/stream`;
    const loads: Load[] = [
      { what: 'one quote to all, 10 times a second', instruments: 1, quotesPerSecond: 10 },
      { what: 'an instrument each, 20,000 trades a second', instruments: CLIENTS, quotesPerSecond: 20_000 },
      { what: 'nobody listens, 20,000 trades a second', instruments: 0, quotesPerSecond: 20_000 },
    ];
    for (const load of loads) await measure(load, url, application.hub.publishQuote);
    await http.close();
    await application.close();
  });
} else await listenForAll(workerData as Listening);

async function measure(
  { what, instruments, quotesPerSecond }: Load,
  url: string,
  publish: (quote: { instrumentId: ReturnType<typeof instrumentId>; last: number; receivedAt: number }) => void,
): Promise<void> {
  const listening: Listening = { url, instruments, clients: instruments === 0 ? 0 : CLIENTS };
  const worker = new Worker(new URL(import.meta.url), { workerData: listening });
  await once(worker, 'message');
  const ids = Array.from({ length: Math.max(1, instruments) }, (_, place) => instrumentId(symbolOf(place)));
  const startedAt = performance.now();
  let published = 0;
  let measured = 0;
  let publishingMs = 0;
  for (let elapsed = 0; elapsed < WARM_UP_MS + SECONDS * 1_000; elapsed = performance.now() - startedAt) {
    const isWarm = elapsed > WARM_UP_MS;
    const due = (elapsed / 1_000) * quotesPerSecond;
    const before = published;
    const began = performance.now();
    for (; published < due; published++)
      publish({ instrumentId: ids[published % ids.length], last: isWarm ? now() : 0, receivedAt: 1_000 });
    if (isWarm) {
      publishingMs += performance.now() - began;
      measured += published - before;
    }
    await delay(TURN_MS);
  }
  await delay(500);
  const exited = once(worker, 'exit');
  worker.postMessage('report');
  const [latencies] = (await once(worker, 'message')) as [Float64Array];
  await exited;
  latencies.sort();
  const at = (share: number): string => (latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(1);
  const perQuote = ((publishingMs * 1_000) / measured).toFixed(2);
  const heard = `${latencies.length} heard: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (target <= ${TARGET_P99_MS})`;
  console.log(`${what}: ${measured} published at ${perQuote} µs each; ${instruments === 0 ? '' : heard}`);
}

async function listenForAll({ url, instruments, clients }: Listening): Promise<void> {
  const latencies: number[] = [];
  const sockets: WebSocket[] = [];
  for (let place = 0; place < clients; place++) {
    const socket = new WebSocket(url);
    sockets.push(socket);
    await once(socket, 'open');
    socket.send(JSON.stringify({ action: 'subscribe', topics: [`quotes:${symbolOf(place % instruments)}`] }));
    await once(socket, 'message');
    socket.on('message', (data: Buffer) => {
      const { type, quote } = JSON.parse(data.toString()) as { type: string; quote?: { last: number } };
      if (type === 'quote' && quote !== undefined && quote.last > 0) latencies.push(now() - quote.last);
    });
  }
  parentPort?.postMessage('ready');
  if (parentPort !== null) await once(parentPort, 'message');
  for (const socket of sockets) socket.terminate();
  parentPort?.postMessage(Float64Array.from(latencies));
  parentPort?.close();
}
