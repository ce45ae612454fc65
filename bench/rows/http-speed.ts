import { fork } from 'node:child_process';
import { once } from 'node:events';
import autocannon from 'autocannon';
import { atLeast, median, medianOf, rate, type BenchRow } from '../measure.ts';

const RUNS = 3;
const SECONDS = 4;
const CONNECTIONS = 20;
const FIRST_TARGET = 0.3;
const AGAIN_TARGET = 0.75;
const WHOLE_BARS = 1_000_000;
const WHOLE_RUNS = 5;
const ARROW_TARGET = 8;
/** Six numbers. */
const LEAST_BYTES_PER_BAR = 48;

/** `GET /bars` of 1,000 bars against the same framework that sends the same bytes ready-made. */
export async function httpSpeed(): Promise<BenchRow[]> {
  const server = fork(new URL('./http-server.ts', import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ bars, from, readyMade, whole }] = (await once(server, 'message')) as [ServerUrls];
  let asked = 0;
  // A moment earlier it is another question with the same bars.
  const first = (): string => bars.replace(/from=[^&]*/, `from=${from - ++asked}`);
  const ways = [first, () => bars, () => readyMade];
  for (const way of ways) await requestsPerSecond(way); // a warm-up
  const rates = ways.map((): number[] => []);
  for (let run = 0; run < RUNS; run++)
    for (const [index, way] of ways.entries()) rates[index].push(await requestsPerSecond(way));
  const arrowMs = await medianOf(WHOLE_RUNS, () => readAll(whole));
  server.send('close');
  await once(server, 'exit');
  const [firstTime, again, ready] = rates.map(median);
  const against = `ready-made ${Math.round(ready)} requests/s`;
  const row = (when: string, rate: number, target: number): BenchRow =>
    atLeast(`GET /bars, 1,000 bars JSON, ${when}`, rate / ready, target, `${Math.round(rate)} requests/s`, against);
  return [
    row('first time', firstTime, FIRST_TARGET),
    row('again', again, AGAIN_TARGET),
    atLeast(
      'GET /bars, 1 M bars Arrow',
      WHOLE_BARS / arrowMs / 1_000,
      ARROW_TARGET,
      rate(WHOLE_BARS, arrowMs),
      `${arrowMs.toFixed(0)} ms`,
      ' M bars/s',
    ),
  ];
}

interface ServerUrls {
  readonly bars: string;
  /** openTime of the first bar that is asked for. */
  readonly from: number;
  readonly readyMade: string;
  /** A million bars as Arrow. */
  readonly whole: string;
}

async function requestsPerSecond(nextUrl: () => string): Promise<number> {
  const url = new URL(nextUrl());
  const { requests, non2xx, errors } = await autocannon({
    url: url.origin,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests: [{ setupRequest: (request) => ({ ...request, path: pathOf(nextUrl()) }) }],
  });
  if (non2xx > 0 || errors > 0) throw new Error(`${non2xx} bad answers and ${errors} errors from ${url.href}`);
  return requests.average;
}

async function readAll(url: string): Promise<void> {
  const response = await fetch(url);
  let bytes = 0;
  for await (const piece of response.body ?? []) bytes += piece.length;
  if (!response.ok || bytes < WHOLE_BARS * LEAST_BYTES_PER_BAR) throw new Error(`${response.status}, ${bytes} bytes`);
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
