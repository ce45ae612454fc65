import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { open } from '../../src/main/library.ts';
import { startServer } from '../../src/main/server.ts';
import { anySymbol, SYMBOLS } from './any-symbol.ts';
import { collect } from './collect.ts';
import { aFolder } from './open-test-database.ts';
import { StreamListener } from './stream-listener.ts';

const DAY = Date.UTC(2020, 0, 1);
const INTERVAL = '1m';
const EXCHANGE = 'X';

/** One bar at noon, whose price says whose it is. */
function barOf(price: number) {
  return { openTime: DAY + 43_200_000, open: price, high: price, low: price, close: price };
}

/** What is stored under any symbol comes back by every door under that symbol, and nothing of another one with it. */
export async function instrumentNamesContract(t: TestContext, databaseUrl: string): Promise<void> {
  const random = fc.sample(anySymbol, 60);
  const symbols = [...new Set<string>([...SYMBOLS, ...random])];
  const server = await startServer({ databaseUrl, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  const api = `${server.url}/api/v1`;
  const ask = async (path: string, init?: RequestInit): Promise<Record<string, unknown>> => {
    const response = await fetch(api + path, init);
    const text = await response.text();
    assert.ok(response.ok, `${path}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
  const put = { method: 'PUT', headers: { 'content-type': 'application/json' } };

  for (const [price, symbol] of symbols.entries()) {
    const path = encodeURIComponent(`${EXCHANGE}:${symbol}`);
    const body = { provider: 'test', state: 'final', bars: [barOf(price + 1)] };
    assert.equal((await ask(`/symbols/${path}`, { ...put, body: '{}' }))['instrumentId'], `${EXCHANGE}:${symbol}`);
    const outcome = await ask(`/bars/${path}?interval=${INTERVAL}`, { ...put, body: JSON.stringify(body) });
    assert.equal(outcome['inserted'], 1, symbol);
  }

  const topicOf = (symbol: string): string => `bars:${EXCHANGE}:${symbol}/${INTERVAL}`;
  const listener = await StreamListener.connect(api);
  t.after(() => listener.close());
  await listener.subscribe(symbols.map(topicOf), 0);

  const pq = await open({ database: databaseUrl });
  t.after(() => pq.close());
  const folder = aFolder(t);
  const other = await open({ database: `file:${join(folder, 'other.db')}` });
  t.after(() => other.close());
  const range = { from: DAY, to: DAY + 86_400_000 };
  for (const [index, symbol] of symbols.entries()) {
    const price = index + 1;
    const instrumentId = `${EXCHANGE}:${symbol}`;
    const series = { instrumentId, interval: INTERVAL } as const;
    const path = encodeURIComponent(instrumentId);
    assert.deepEqual([...(await pq.getBars({ ...series, ...range })).columns.close], [price], symbol);
    assert.equal((await pq.getLatestBar(series)).close, price, symbol);
    assert.equal((await pq.getRevisions({ ...series, openTime: barOf(0).openTime })).length, 1, symbol);
    assert.equal((await pq.getSymbol({ instrumentId })).series.length, 1, symbol);
    const { bars, ...head } = await ask(`/bars/${path}?interval=${INTERVAL}&from=2020-01-01&to=2020-01-02`);
    assert.deepEqual(
      [head['instrumentId'], (bars as { close: number }[]).map(({ close }) => close)],
      [instrumentId, [price]],
    );
    assert.equal((await ask(`/symbols/${path}`))['instrumentId'], instrumentId);
    const coverage = await ask(`/coverage/${path}?interval=${INTERVAL}&from=2020-01-01&to=2020-01-02`);
    assert.equal(coverage['instrumentId'], instrumentId);

    const exported = await pq.exportBars({ ...series, ...range, format: 'csv' });
    const file = join(folder, `${index}.csv`);
    await writeFile(file, Buffer.concat(await collect(exported.bytes)));
    const imported = await other.importBars({ source: file, ...series, provider: 'file', state: 'final' });
    assert.deepEqual([imported.inserted, imported.series[0]?.instrumentId], [1, instrumentId]);

    const told = await listener.next(({ type, topic }) => type === 'bar' && topic === topicOf(symbol));
    assert.equal(told.bar?.close, price);
  }
  const { changes } = await pq.getChanges({ limit: 1_000 });
  assert.deepEqual(
    new Set(changes.map(({ series }) => series)),
    new Set(symbols.map((symbol) => `${EXCHANGE}:${symbol}/${INTERVAL}`)),
  );
  for (const symbol of symbols) {
    const deleted = await pq.deleteBars({ instrumentId: `${EXCHANGE}:${symbol}`, interval: INTERVAL, ...range });
    assert.equal(deleted.deleted, 1, symbol);
  }
}
