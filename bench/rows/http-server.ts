import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routeBars } from '../../src/features/bars/doors.ts';
import { openApplication } from '../../src/main/application.ts';
import { isoOfEpochMs } from '../../src/market/index.ts';
import { upsertBars } from '../../src/features/bars/index.ts';
import { listen } from '../../src/platform/http/index.ts';
import { realBars } from '../real-bars.ts';
import { benchServer } from '../serve.ts';

// The server that http-speed.ts asks, in a process of its own: our route, and one that sends the same bytes ready-made.

const STORED = 20_000;
const ASKED = 1_000;
const WHOLE = 1_000_000;
const folder = mkdtempSync(join(tmpdir(), 'pocketquant-bench-'));
const application = await openApplication({
  databaseUrl: `file:${join(folder, 'http.db')}`,
  changesKept: 1_000_000,
  cache: { maxBytes: 67_108_864 },
  onMessage: () => undefined,
  onBackgroundError: (error) => console.error(error),
});
const { bus } = application;
const columns = realBars(STORED);
await bus.execute(
  upsertBars({ instrumentId: 'BENCH:BTCUSD', interval: '1m', provider: 'bench', state: 'final', columns }),
);

await bus.execute(
  upsertBars({
    instrumentId: 'BENCH:MILLION',
    interval: '1m',
    provider: 'bench',
    state: 'final',
    columns: realBars(WHOLE),
  }),
);

const http = await benchServer();
routeBars(http, bus);
const path = `/bars/BENCH:BTCUSD?interval=1m&from=${isoOfEpochMs(columns.openTime[0])}&limit=${ASKED}`;
const { rawPayload } = await askOnce();
http.get('/ready-made', (_request, reply) => reply.type('application/json; charset=utf-8').send(rawPayload));
const url = await listen(http, '127.0.0.1', 0);
process.send?.({
  bars: url + path,
  from: columns.openTime[0],
  readyMade: `${url}/ready-made`,
  whole: `${url}/bars/BENCH:MILLION?interval=1m&format=arrow`,
});

process.on('message', () => {
  void http
    .close()
    .then(() => application.close())
    .then(() => rmSync(folder, { recursive: true, force: true }))
    .then(() => process.disconnect());
});

/** Routes cannot be added once a server has answered, so another one is asked for the bytes. */
async function askOnce() {
  const once = await benchServer();
  routeBars(once, bus);
  const answer = await once.inject(path);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  await once.close();
  return answer;
}
