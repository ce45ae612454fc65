import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCache } from '../cache/index.ts';
import { createMetrics } from './index.ts';

test('requests, messages, failures and the database are told beside the process', async () => {
  const metrics = createMetrics({
    databaseBytes: () => Promise.resolve(4_096),
    vendors: () => [],
    cache: createCache(0).state,
    streamClients: () => 3,
  });
  metrics.observeBarsWritten({ inserted: 10, changed: 2 });
  metrics.observeBarsWritten({ inserted: 5, changed: 0 });
  metrics.observeRequest('/api/v1/symbols', 'GET', 200, 0.004);
  metrics.observeMessage('bars.get-bars', 'OK', 0.002);
  metrics.observeMessage('bars.get-bars', 'INVALID_RANGE', 0.001);
  const { contentType, text } = await metrics.render();
  assert.match(contentType, /^text\/plain/);
  const lines = text.split('\n');
  for (const line of [
    'pocketquant_http_request_seconds_bucket{le="0.0025",route="/api/v1/symbols",method="GET",status="200"} 0',
    'pocketquant_http_request_seconds_bucket{le="0.005",route="/api/v1/symbols",method="GET",status="200"} 1',
    'pocketquant_message_seconds_count{name="bars.get-bars"} 2',
    'pocketquant_message_failures_total{name="bars.get-bars",code="INVALID_RANGE"} 1',
    'pocketquant_database_bytes 4096',
    'pocketquant_bars_written_total{outcome="inserted"} 15',
    'pocketquant_bars_written_total{outcome="changed"} 2',
    'pocketquant_stream_clients 3',
  ])
    assert.ok(lines.includes(line), line);
  assert.doesNotMatch(text, /code="OK"/);
  assert.match(text, /^nodejs_eventloop_lag_seconds \d/m);
  assert.match(text, /^process_resident_memory_bytes \d/m);
});

test('a database that cannot be asked leaves out its own number only', async () => {
  const sizes = [Promise.resolve(1), Promise.reject(new Error('gone'))];
  const metrics = createMetrics({
    databaseBytes: () => sizes.shift() ?? Promise.resolve(2),
    vendors: () => [],
    cache: createCache(0).state,
  });
  const bytes = async () => /^pocketquant_database_bytes (.+)$/m.exec((await metrics.render()).text)?.[1];
  assert.equal(await bytes(), '1');
  assert.equal(await bytes(), undefined);
  assert.equal(await bytes(), '2');
});

test('two instances count apart', async () => {
  const [first, second] = [
    createMetrics({ databaseBytes: () => Promise.resolve(0), vendors: () => [], cache: createCache(0).state }),
    createMetrics({ databaseBytes: () => Promise.resolve(0), vendors: () => [], cache: createCache(0).state }),
  ];
  first.observeMessage('bars.get-bars', 'OK', 1);
  assert.match((await first.render()).text, /name="bars.get-bars"/);
  assert.doesNotMatch((await second.render()).text, /name="bars.get-bars"/);
});

test('pages that came from the cache are counted', async () => {
  const cache = createCache(1_000);
  for (const outcome of ['hit', 'miss', 'hit'] as const) cache.count(outcome);
  cache.set('a', { label: 'b', body: Buffer.alloc(10) });
  const metrics = createMetrics({ databaseBytes: () => Promise.resolve(0), vendors: () => [], cache: cache.state });
  await metrics.render();
  const { text } = await metrics.render();
  assert.match(text, /pocketquant_cache_pages_total\{outcome="hit"\} 2/);
  assert.match(text, /pocketquant_cache_pages_total\{outcome="miss"\} 1/);
  assert.match(text, /pocketquant_cache_bytes 14/);
});

test('what keeps a provider from being asked can be seen', async () => {
  const metrics = createMetrics({
    databaseBytes: () => Promise.resolve(0),
    vendors: () => [{ name: 'binance', breaker: 'open', queued: 7 }],
    cache: createCache(0).state,
  });
  const { text } = await metrics.render();
  assert.match(text, /pocketquant_provider_breaker\{provider="binance"\} 2/);
  assert.match(text, /pocketquant_provider_queue\{provider="binance"\} 7/);
});
