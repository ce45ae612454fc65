import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsOf, type Health } from './findings.ts';
import { readMetrics, totalOf } from './metrics-text.ts';
import { linesOf, readingOf, vitalSignsOf } from './vital-signs.ts';

test('the text format of Prometheus is read as its documentation has it', () => {
  const text = [
    '# HELP http_requests_total The total number of HTTP requests.',
    '# TYPE http_requests_total counter',
    'http_requests_total{method="post",code="200"} 1027 1395066363000',
    'http_requests_total{method="post",code="400"}    3 1395066363000',
    '',
    String.raw`msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9`,
    'metric_without_timestamp_and_labels 12.47',
    'something_weird{problem="division by zero"} +Inf -3982045',
    'http_request_duration_seconds_bucket{le="+Inf"} 144320',
    'rpc_duration_seconds{ quantile = "0.01", } 3102',
    'nothing NaN',
    'a line of something else',
    'braces{route="/bars/{id}, all"} 2',
  ].join('\n');
  assert.deepEqual(readMetrics(text), [
    { name: 'http_requests_total', labels: { method: 'post', code: '200' }, value: 1027 },
    { name: 'http_requests_total', labels: { method: 'post', code: '400' }, value: 3 },
    {
      name: 'msdos_file_access_time_seconds',
      labels: { path: String.raw`C:\DIR\FILE.TXT`, error: 'Cannot find file:\n"FILE.TXT"' },
      value: 1_458_255_915,
    },
    { name: 'metric_without_timestamp_and_labels', labels: {}, value: 12.47 },
    { name: 'something_weird', labels: { problem: 'division by zero' }, value: Infinity },
    { name: 'http_request_duration_seconds_bucket', labels: { le: '+Inf' }, value: 144_320 },
    { name: 'rpc_duration_seconds', labels: { quantile: '0.01' }, value: 3102 },
    { name: 'nothing', labels: {}, value: NaN },
    { name: 'braces', labels: { route: '/bars/{id}, all' }, value: 2 },
  ]);
  const samples = readMetrics(text);
  assert.equal(totalOf(samples, 'http_requests_total'), 1_030);
  assert.equal(totalOf(samples, 'http_requests_total', { code: '400' }), 3);
  assert.equal(totalOf(samples, 'unheard_of'), undefined);
});

const metricsText = (requests: number, bars: number): string =>
  [
    'nodejs_eventloop_lag_seconds 0.0025',
    `pocketquant_http_request_seconds_count{route="/a",method="GET",status="200"} ${requests - 1}`,
    'pocketquant_http_request_seconds_count{route="/b",method="GET",status="200"} 1',
    `pocketquant_bars_written_total{outcome="inserted"} ${bars}`,
    'process_resident_memory_bytes 1048576',
    'nodejs_version_info{version="v24.1.0",major="24"} 1',
  ].join('\n');

test('rates are those between two readings; a server that was started again has none at first', () => {
  const readings = [
    readingOf(readMetrics(metricsText(10, 1_000)), 10_000),
    readingOf(readMetrics(metricsText(30, 6_000)), 12_000),
    readingOf(readMetrics(metricsText(2, 0)), 14_000),
  ];
  assert.equal(readings[0]?.nodeVersion, 'v24.1.0');
  assert.deepEqual(
    vitalSignsOf(readings).map(({ delayMs, requestsPerSecond, barsPerSecond, memoryBytes }) => [
      delayMs,
      requestsPerSecond,
      barsPerSecond,
      memoryBytes,
    ]),
    [
      [2.5, undefined, undefined, 1_048_576],
      [2.5, 10, 2_500, 1_048_576],
      [2.5, undefined, undefined, 1_048_576],
    ],
  );
});

test('a small chart begins at 0, has the newest value at its right end, and breaks where nothing is known', () => {
  assert.deepEqual(linesOf([1, 2, undefined, 4], 5), [
    [
      { x: 0.25, y: 0.75 },
      { x: 0.5, y: 0.5 },
    ],
    [{ x: 1, y: 0 }],
  ]);
  assert.deepEqual(linesOf([0, 0], 2), [
    [
      { x: 0, y: 1 },
      { x: 1, y: 1 },
    ],
  ]);
  assert.deepEqual(linesOf([], 2), []);
});

const WELL: Health = {
  status: 'ok',
  version: '0.1.0',
  uptimeSeconds: 90,
  checks: [{ name: 'database', ok: true, detail: 'embedded at pq.db' }],
  cache: { entries: 0, bytes: 0, hits: 0, misses: 0, shared: 'off' },
  clock: { jumps: 0, lastJump: null },
  providers: [
    { name: 'yahoo', breaker: 'closed', queued: 0, room: null, pausedUntil: null, clock: 'unknown', clockSkewMs: null },
  ],
  storage: { bytes: 4_096, series: 2, bars: 1_000 },
};

const told = (health: Health): string[] => findingsOf(health, (at) => at).map(({ tone, text }) => `${tone}: ${text}`);

test('what is wrong is told in words, the worst first', () => {
  assert.deepEqual(told(WELL), []);
  const [provider] = WELL.providers;
  assert.ok(provider !== undefined);
  assert.deepEqual(
    told({
      ...WELL,
      status: 'unavailable',
      checks: [{ name: 'database', ok: false, detail: 'The server does not answer' }],
      cache: { ...WELL.cache, shared: 'down' },
      providers: [
        { ...provider, breaker: 'open', pausedUntil: '2024-01-01T00:00:30Z' },
        { ...provider, name: 'alpaca', pausedUntil: '2024-01-01T00:01:00Z' },
        { ...provider, name: 'binance', clock: 'skewed', clockSkewMs: -61_000 },
      ],
      clock: { jumps: 2, lastJump: { at: '2024-01-01T00:00:00Z', byMs: -3_600_000 } },
    }),
    [
      'bad: The database cannot be used: The server does not answer',
      'warn: Redis does not answer',
      'warn: yahoo failed many times and is not asked until 2024-01-01T00:00:30Z',
      'warn: alpaca wants no requests until 2024-01-01T00:01:00Z',
      "warn: This machine's clock is 1 min 1 s behind that of binance",
      "warn: This machine's clock was set 2 times since the server started, last at 2024-01-01T00:00:00Z back by 1 h",
    ],
  );
});
