import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { startServer } from '../../src/main/server.ts';

/** What takes the database away and brings it back. */
export interface Outage {
  stop(): Promise<void>;
  start(): Promise<void>;
  readonly lengthMs: number;
}

const CLIENTS = 4;
const MINUTE_MS = 60_000;
const FIRST = Date.UTC(2024, 0, 2);
const WRITES_BEFORE = 10;
const WRITES_AFTER = 10;
const CAUGHT_UP_WITHIN_MS = 30_000;

interface Client {
  readonly series: string;
  openTimeOf(count: number): number;
  readonly acknowledged: number[];
  refused: number;
}

/**
 * Clients write bars, one at a time, through a server whose database goes away and comes back. What was acknowledged
 * is there, is told as inserted once and in one change, and no more is refused than was on its way.
 */
export async function writeThroughFailover(databaseUrl: string, outage: Outage): Promise<void> {
  const server = await startServer({ databaseUrl, port: 0, logLevel: 'silent' });
  const api = `${server.url}/api/v1`;
  try {
    const clients = await writeAllThrough(api, outage);
    const refused = clients.reduce((sum, client) => sum + client.refused, 0);
    assert.ok(refused <= CLIENTS, `${refused} requests were refused`);
    for (const series of new Set(clients.map(({ series }) => series))) {
      const acknowledged = clients.flatMap((client) => (client.series === series ? client.acknowledged : []));
      const stored = await storedOf(api, series);
      const lost = acknowledged.filter((openTime) => !stored.has(openTime));
      assert.deepEqual(lost, [], `${series}: acknowledged and not there`);
      assert.ok(stored.size <= acknowledged.length + refused, `${series}: more is stored than was sent`);
      const changes = await changesOf(api, series, stored.size);
      assert.equal(insertedIn(changes), stored.size, `${series}: each bar is told of in one change`);
    }
  } finally {
    await server.close();
  }
}

/** Two clients share a series, and the chunk of its day. */
async function writeAllThrough(api: string, outage: Outage): Promise<readonly Client[]> {
  const clients = Array.from({ length: CLIENTS }, (_, index): Client => {
    const openTimeOf = (count: number): number => FIRST + (2 * count + (index >> 1)) * MINUTE_MS;
    return { series: `TEST:S${index % 2}`, openTimeOf, acknowledged: [], refused: 0 };
  });
  const ending = new AbortController();
  const writing = Promise.all(clients.map((client) => writeBars(api, client, ending.signal)));

  async function whenAllWrote(more: number): Promise<void> {
    const wanted = clients.map(({ acknowledged }) => acknowledged.length + more);
    while (clients.some(({ acknowledged }, index) => acknowledged.length < wanted[index]))
      await Promise.race([pause(5), writing]);
  }

  try {
    await whenAllWrote(WRITES_BEFORE);
    await outage.stop();
    await Promise.race([pause(outage.lengthMs), writing]);
    await outage.start();
    await whenAllWrote(WRITES_AFTER);
  } finally {
    ending.abort();
    await writing;
  }
  return clients;
}

async function writeBars(api: string, client: Client, ending: AbortSignal): Promise<void> {
  for (let count = 0; !ending.aborted; count++) {
    const openTime = client.openTimeOf(count);
    const response = await fetch(`${api}/bars/${client.series}?interval=1m`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        provider: 'test',
        state: 'final',
        bars: [{ openTime, open: 1, high: 2, low: 1, close: 2, volume: count }],
      }),
    });
    const body = await response.text();
    if (response.ok) {
      assert.match(body, /"inserted":1,/, 'a bar that was sent once was inserted by that');
      client.acknowledged.push(openTime);
    } else {
      assert.equal(response.status, 503, body);
      assert.match(response.headers.get('retry-after') ?? '', /^\d+$/, body);
      client.refused++;
    }
  }
}

async function storedOf(api: string, series: string): Promise<ReadonlySet<number>> {
  const response = await fetch(`${api}/bars/${series}?interval=1m&from=2024-01-01&to=2024-02-01&limit=50000`);
  const { bars } = (await response.json()) as { readonly bars: readonly { readonly openTime: string }[] };
  return new Set(bars.map(({ openTime }) => Date.parse(openTime)));
}

/** When as many bars were told of, or the time is over. */
async function changesOf(api: string, series: string, bars: number): Promise<readonly Change[]> {
  const end = AbortSignal.timeout(CAUGHT_UP_WITHIN_MS);
  for (;;) {
    const response = await fetch(`${api}/changes?after=0&limit=10000`);
    const { changes } = (await response.json()) as { readonly changes: readonly Change[] };
    for (const [index, { seq }] of changes.entries()) assert.equal(seq, index + 1, 'seqs have no holes');
    const own = changes.filter((change) => change.series === `${series}/1m`);
    if (insertedIn(own) >= bars || end.aborted) return own;
    await pause(50);
  }
}

interface Change {
  readonly seq: number;
  readonly series: string;
  readonly inserted: number;
}

function insertedIn(changes: readonly Change[]): number {
  return changes.reduce((sum, { inserted }) => sum + inserted, 0);
}
