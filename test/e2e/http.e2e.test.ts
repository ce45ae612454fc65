import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startServer } from '../../src/main/server.ts';
import { aFolder } from '../support/open-test-database.ts';

async function aServer(t: TestContext): Promise<string> {
  const server = await startServer({ databaseUrl: `file:${join(aFolder(t), 'http.db')}`, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  return server.url;
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

async function ask(url: string, method = 'GET', body?: unknown): Promise<Answer> {
  const sent =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(url, { method, ...sent });
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    headers: response.headers,
  };
}

const bar = (minute: number, price: number) => ({
  openTime: `2020-01-01T00:${String(minute).padStart(2, '0')}:00Z`,
  open: price,
  high: price,
  low: price,
  close: price,
});

test('bars are put, read, corrected, explained and deleted', async (t) => {
  const api = `${await aServer(t)}/api/v1`;
  const series = `${api}/bars/COINBASE:BTCUSD`;
  assert.equal((await ask(`${api}/symbols/COINBASE:BTCUSD`, 'PUT', { schedule: '24x7', name: 'Bitcoin' })).status, 200);
  const put = await ask(`${series}?interval=1m`, 'PUT', {
    provider: 'test',
    state: 'final',
    bars: [bar(0, 1), bar(1, 2), bar(3, 4), { ...bar(4, 5), low: 9 }],
  });
  assert.equal(put.status, 200);
  assert.deepEqual([put.body['inserted'], (put.body['rejected'] as object[]).length], [3, 1]);

  const { body } = await ask(`${series}?interval=1m&from=2020-01-01&to=2020-01-01T00:05`);
  assert.deepEqual((body['bars'] as object[])[0], { ...bar(0, 1), volume: null, state: 'final' });
  assert.deepEqual(body['completeness'], {
    from: '2020-01-01T00:00:00Z',
    to: '2020-01-01T00:05:00Z',
    expected: 5,
    returned: 3,
    extra: 0,
    missing: [
      { from: '2020-01-01T00:02:00Z', to: '2020-01-01T00:03:00Z', bars: 1, reason: 'notFetched' },
      { from: '2020-01-01T00:04:00Z', to: '2020-01-01T00:05:00Z', bars: 1, reason: 'quarantined' },
    ],
    complete: false,
    truncated: false,
  });
  assert.equal(
    (await ask(`${series}?interval=1m`, 'POST', { provider: 'test', state: 'final', bar: bar(2, 3) })).status,
    201,
  );
  assert.deepEqual(
    (await ask(`${series}?interval=1m`, 'POST', { provider: 'test', state: 'final', bar: bar(2, 3) })).body['code'],
    'BAR_EXISTS',
  );
  await ask(`${series}?interval=1m`, 'PUT', { provider: 'second', state: 'final', bars: [bar(3, 40)] });
  const { body: told } = await ask(`${series}/revisions?interval=1m&openTime=2020-01-01T00:03`);
  assert.deepEqual(
    (told['revisions'] as { close: number; provider: string }[]).map(({ close, provider }) => [close, provider]),
    [
      [4, 'test'],
      [40, 'second'],
    ],
  );
  assert.equal((await ask(`${series}/latest?interval=1m`)).body['close'], 40);
  const page = await ask(`${series}?interval=1m&limit=2`);
  assert.equal((page.body['bars'] as object[]).length, 2);
  const next = await ask(`${series}?interval=1m&limit=2&cursor=${String(page.body['nextCursor'])}`);
  assert.deepEqual(
    (next.body['bars'] as { close: number }[]).map(({ close }) => close),
    [3, 40],
  );
  assert.equal((await ask(`${series}?interval=1m&from=2020-01-01&to=2020-01-02`, 'DELETE')).body['deleted'], 4);
});

test('changes and symbols follow what was written', async (t) => {
  const api = `${await aServer(t)}/api/v1`;
  await ask(`${api}/bars/A:B?interval=1m`, 'PUT', { provider: 'test', state: 'final', bars: [bar(0, 1), bar(1, 2)] });
  const changes = await until(
    async () => (await ask(`${api}/changes`)).body['changes'] as { seq: number; series: string; inserted: number }[],
    (found) => found.length > 0,
  );
  assert.deepEqual(
    changes.map(({ seq, series, inserted }) => [seq, series, inserted]),
    [[1, 'A:B/1m', 2]],
  );
  // The head follows the change.
  const series = await until(
    async () => (await ask(`${api}/symbols/A:B`)).body['series'] as object[] | undefined,
    (found) => found !== undefined && found.length > 0,
  );
  assert.deepEqual(series?.[0], {
    interval: '1m',
    first: '2020-01-01T00:00:00Z',
    last: '2020-01-01T00:01:00Z',
    count: 2,
    finalCount: 2,
    providers: ['test'],
  });
  assert.equal((await ask(`${api}/symbols/A:B`, 'DELETE')).body['code'], 'INSTRUMENT_HAS_BARS');
  assert.deepEqual((await ask(`${api}/changes?after=1`)).body, { changes: [], next: 1 });
});

test('bars can begin with trading', async (t) => {
  const api = `${await aServer(t)}/api/v1`;
  const series = `${api}/bars/NASDAQ:AAPL`;
  const at = (openTime: string) => ({ ...bar(0, 1), openTime: `2020-01-02T${openTime}:00Z` });
  const bars = ['14:29', '14:30', '15:29', '20:59', '21:00'].map(at);
  await ask(`${series}?interval=1m`, 'PUT', { provider: 'test', state: 'final', bars });
  const { body } = await ask(`${series}?interval=1h&align=session&from=2020-01-02&to=2020-01-03`);
  assert.deepEqual([body['align'], body['storedInterval']], ['session', '1m']);
  assert.deepEqual(
    (body['bars'] as { openTime: string }[]).map(({ openTime }) => openTime),
    ['2020-01-02T14:30:00Z', '2020-01-02T20:30:00Z'],
  );
  assert.equal((body['completeness'] as { expected: number }).expected, 7);
  await ask(`${api}/bars/NASDAQ:MSFT?interval=1h`, 'PUT', { provider: 'test', state: 'final', bars: [at('15:00')] });
  const refused = await ask(`${api}/bars/NASDAQ:MSFT?interval=1h&align=session`);
  assert.deepEqual([refused.status, refused.body['code']], [400, 'NO_SUITABLE_INTERVAL']);
});

test('what cannot be served says why, with a code and a correlation id, and the server lives on', async (t) => {
  const url = await aServer(t);
  const api = `${url}/api/v1`;
  const refusals: [string, string, unknown, number, string, RegExp][] = [
    ['GET', '/bars/A:B?interval=7m', undefined, 400, 'INVALID_REQUEST', /interval must be one of 1s, 5s/],
    ['GET', '/bars/A:B?interval=1m&limt=3', undefined, 400, 'INVALID_REQUEST', /unknown: limt/],
    ['GET', '/bars/A:B?interval=1m&limit=many', undefined, 400, 'INVALID_REQUEST', /limit must be integer/],
    [
      'GET',
      '/bars/A:B?interval=1m&align=noon',
      undefined,
      400,
      'INVALID_REQUEST',
      /align must be one of clock, session/,
    ],
    ['GET', '/bars/A:B?interval=1m&limit=0x10', undefined, 400, 'INVALID_REQUEST', /limit must be integer/],
    ['GET', '/bars/A:B?interval=1m&limit=1e1', undefined, 400, 'INVALID_REQUEST', /limit must be integer/],
    ['GET', '/changes?after=%201', undefined, 400, 'INVALID_REQUEST', /after must be integer/],
    ['GET', '/bars/AB?interval=1m', undefined, 400, 'INVALID_REQUEST', /must be EXCHANGE:SYMBOL, .*, not "AB"$/],
    ['PUT', '/symbols/A:B', { currency: 'usd' }, 400, 'INVALID_REQUEST', /currency must be a code .*; write USD$/],
    ['GET', '/stream/sse?topics=bars:A/1m', undefined, 400, 'INVALID_REQUEST', /must be bars:ID\/INTERVAL/],
    ['GET', '/bars/A:B?interval=1m&from=soon', undefined, 400, 'INVALID_REQUEST', /from: Not a time/],
    [
      'GET',
      '/bars/A:B?interval=1m&from=2016-10-07T00:00:00+00:00',
      undefined,
      400,
      'INVALID_REQUEST',
      /in a URL, write \+ as %2B/,
    ],
    ['GET', '/bars/A:B/?interval=1m', undefined, 404, 'ROUTE_NOT_FOUND', /leave out the slash at its end/],
    ['GET', '/bars/A:B?interval=1m', undefined, 404, 'INSTRUMENT_NOT_FOUND', /Nothing is stored for A:B/],
    ['GET', '/bars/A:B/latest?interval=1m', undefined, 404, 'BAR_NOT_FOUND', /No bar of A:B\/1m was known/],
    ['GET', '/nothing', undefined, 404, 'ROUTE_NOT_FOUND', /There is no GET/],
    [
      'PUT',
      '/bars/A:B?interval=1m',
      { provider: 'x', state: 'open', bars: [] },
      400,
      'INVALID_REQUEST',
      /state must be one of/,
    ],
    [
      'PUT',
      '/bars/A:B?interval=1m',
      { provider: 'x', state: 'final', bars: 'none' },
      400,
      'INVALID_REQUEST',
      /bars must be array/,
    ],
    ['PUT', '/symbols/A:B', { schedule: 'sometimes' }, 400, 'UNKNOWN_SCHEDULE', /known are .*24x7/],
    ['PUT', '/symbols/A:B', { listedFrom: '2020-01-02', listedTo: '2020-01-01' }, 400, 'INVALID_RANGE', /before/],
  ];
  for (const [method, path, body, status, code, detail] of refusals) {
    const answer = await ask(api + path, method, body);
    assert.deepEqual([answer.status, answer.body['code']], [status, code], path);
    assert.match(String(answer.body['detail']), detail);
    assert.match(String(answer.headers.get('content-type')), /^application\/problem\+json/);
    assert.equal(answer.body['correlationId'], answer.headers.get('x-request-id'));
  }
  assert.equal((await ask(`${url}/health/ready`)).status, 200);
});

test('a body that is no JSON, of another kind, or of 100 MB is refused at once', async (t) => {
  const url = `${await aServer(t)}/api/v1/bars/A:B?interval=1m`;
  const send = (body: string, type = 'application/json') =>
    fetch(url, { method: 'PUT', body, headers: { 'content-type': type } });
  assert.equal(((await (await send('{bad')).json()) as { code: string }).code, 'INVALID_JSON');
  assert.equal(((await (await send('a,b', 'text/csv')).json()) as { code: string }).code, 'UNSUPPORTED_MEDIA_TYPE');
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sending = request(
      url,
      { method: 'PUT', headers: { 'content-type': 'application/json', 'content-length': 100_000_000 } },
      (response) => {
        resolve(response.statusCode);
        sending.destroy();
      },
    );
    sending.on('error', reject);
    sending.write('[');
  });
  assert.equal(status, 413);
});

test('a given request id is kept if it is sane', async (t) => {
  const url = `${await aServer(t)}/health/live`;
  const idFor = async (id: string) =>
    (await fetch(url, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
  assert.equal(await idFor('order-17.b'), 'order-17.b');
  assert.notEqual(await idFor('x'.repeat(80)), 'x'.repeat(80));
});

test('other formats are streamed, with what there is to say in the trailers', async (t) => {
  const api = `${await aServer(t)}/api/v1`;
  await ask(`${api}/bars/A:B?interval=1m`, 'PUT', { provider: 'test', state: 'final', bars: [bar(0, 1), bar(1, 2)] });
  const [text, trailers] = await new Promise<[string, NodeJS.Dict<string>]>((resolve, reject) => {
    request(`${api}/bars/A:B?interval=1m&format=csv`, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (piece: string) => (body += piece));
      response.on('end', () => resolve([body, response.trailers]));
    })
      .on('error', reject)
      .end();
  });
  assert.equal(text.split('\n')[1], '2020-01-01T00:00:00Z,1,1,1,1,,final');
  assert.equal((JSON.parse(trailers['pocketquant-completeness'] ?? '{}') as { returned: number }).returned, 2);
  for (const format of ['ndjson', 'arrow', 'parquet', 'columns']) {
    const response = await fetch(`${api}/bars/A:B?interval=1m&format=${format}`);
    assert.equal(response.status, 200, format);
    assert.ok((await response.arrayBuffer()).byteLength > 50, format);
  }
});

test('health, metrics, the documents and their page are there', async (t) => {
  const url = await aServer(t);
  assert.equal((await ask(`${url}/health`)).body['status'], 'ok');
  assert.match(await (await fetch(`${url}/metrics`)).text(), /pocketquant_http_request_seconds_bucket/);
  const document = (await ask(`${url}/api/v1/openapi.json`)).body;
  assert.match(String(document['openapi']), /^3\.1/);
  assert.ok('/api/v1/bars/{instrumentId}' in (document['paths'] as object));
  assert.equal((await fetch(`${url}/docs/`)).status, 200);
});

test('a port that is taken is told, with what to do', async (t) => {
  const { port } = new URL(await aServer(t));
  await assert.rejects(
    startServer({ databaseUrl: `file:${join(aFolder(t), 'other.db')}`, port: Number(port), logLevel: 'silent' }),
    {
      code: 'INVALID_CONFIG',
      message: /choose another with --port/,
    },
  );
});

/** Asks again until the answer is there; the change feed follows writes in a moment. */
async function until<T>(read: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const value = await read();
    if (isThere(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return read();
}

test('an answer that its client is slow to read is not touched by the answers after it', async (t) => {
  const base = await aServer(t);
  const PAGES = 40;
  const references = new Map<string, string>();
  for (const [place, symbol] of ['SLOW', 'FAST'].entries()) {
    const start = Date.parse('2020-01-01T00:00:00Z');
    const bars = Array.from({ length: 3_000 }, (_, i) => ({
      ...bar(0, 100 * place + i / 8),
      openTime: start + i * 60_000,
    }));
    const url = `${base}/api/v1/bars/TEST:${symbol}?interval=1m`;
    assert.equal((await ask(url, 'PUT', { provider: 'test', state: 'final', bars })).status, 200);
    references.set(symbol, await (await fetch(`${url}&from=2020-01-01&to=2020-01-04&limit=3000`)).text());
  }
  const path = (symbol: string): string =>
    `/api/v1/bars/TEST:${symbol}?interval=1m&from=2020-01-01&to=2020-01-04&limit=3000`;
  const slow = connect(Number(new URL(base).port), '127.0.0.1');
  slow.pause();
  const asking = (connection: string): string =>
    `GET ${path('SLOW')} HTTP/1.1\r\nhost: localhost\r\nconnection: ${connection}\r\n\r\n`;
  slow.write(asking('keep-alive').repeat(PAGES - 1) + asking('close'));
  for (let page = 0; page < PAGES; page++)
    assert.equal(await (await fetch(base + path('FAST'))).text(), references.get('FAST'));
  const pieces = (await slow.toArray()) as Buffer[];
  assert.equal(
    Buffer.concat(pieces)
      .toString()
      .split(references.get('SLOW') ?? '').length - 1,
    PAGES,
  );
});
