import { fork } from 'node:child_process';
import { once } from 'node:events';
import autocannon from 'autocannon';
import { atLeast, median, type BenchRow } from '../measure.ts';

const RUNS = 3;
const SECONDS = 4;
const CONNECTIONS = 20;
const TARGET = 0.15;

/** `GET /bars` of 1,000 bars against the same framework that sends the same bytes ready-made. */
export async function httpSpeed(): Promise<BenchRow[]> {
  const server = fork(new URL('./http-server.ts', import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [urls] = (await once(server, 'message')) as [{ readonly bars: string; readonly readyMade: string }];
  await requestsPerSecond(urls.bars); // a warm-up
  await requestsPerSecond(urls.readyMade);
  const rates: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run++) {
    rates[0].push(await requestsPerSecond(urls.bars));
    rates[1].push(await requestsPerSecond(urls.readyMade));
  }
  server.send('close');
  await once(server, 'exit');
  const [ours, readyMade] = rates.map(median);
  return [
    atLeast(
      'GET /bars, 1,000 bars JSON, first time',
      ours / readyMade,
      TARGET,
      `${Math.round(ours)} requests/s`,
      `ready-made ${Math.round(readyMade)} requests/s`,
    ),
  ];
}

async function requestsPerSecond(url: string): Promise<number> {
  const { requests, non2xx, errors } = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS });
  if (non2xx > 0 || errors > 0) throw new Error(`${non2xx} bad answers and ${errors} errors from ${url}`);
  return requests.average;
}
