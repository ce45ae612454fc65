import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tableFromIPC } from 'apache-arrow';
import { startServer } from '../../src/main/server.ts';
import { aFolder } from '../support/open-test-database.ts';

const SERIES = 'NYSE:BRK.B';
const MINUTE = 60_000;
const FROM = Date.UTC(2024, 0, 1);
const COUNT = 3_000;
const QUERY = `interval=1m&from=${FROM}&to=${FROM + COUNT * MINUTE}`;
const READER = fileURLToPath(new URL('../support/read-by-url.py', import.meta.url));
/** A Python with pandas, polars, pyarrow, duckdb and its httpfs. */
const PYTHON = process.env['PYTHON_WITH_READERS'];

async function put(api: string, first: number, count: number, price: number): Promise<void> {
  const bars = Array.from({ length: count }, (_, index) => ({
    openTime: FROM + (first + index) * MINUTE,
    open: price,
    high: price + index,
    low: price,
    close: price,
    volume: 0.5,
  }));
  const answer = await fetch(`${api}/bars/${SERIES}?interval=1m`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'test', state: 'final', bars }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** A server with some bars, and the address of their series without an ending. */
async function aSeries(t: TestContext): Promise<{ api: string; url: string }> {
  const server = await startServer({ databaseUrl: `file:${join(aFolder(t), 'pq.db')}`, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  const api = `${server.url}/api/v1`;
  await fetch(`${api}/symbols/${SERIES}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ schedule: '24x7' }),
  });
  await put(api, 0, COUNT, 100);
  return { api, url: `${api}/bars/${SERIES}` };
}

const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());

for (const ending of ['csv', 'parquet', 'arrow', 'feather'])
  test(`a series is a file at its address with .${ending}: whole, in parts, and as long as nothing changes the same`, async (t) => {
    const { api, url } = await aSeries(t);
    const address = `${url}.${ending}?${QUERY}`;
    const ask = (headers: Record<string, string> = {}, method = 'GET') => fetch(address, { method, headers });

    const whole = await ask();
    const bytes = await bytesOf(whole);
    const tag = whole.headers.get('etag') ?? assert.fail('no tag');
    assert.equal(whole.status, 200);
    assert.equal(Number(whole.headers.get('content-length')), bytes.length);
    assert.equal(whole.headers.get('accept-ranges'), 'bytes');
    const completeness = JSON.parse(whole.headers.get('pocketquant-completeness') ?? '') as { returned: number };
    assert.equal(completeness.returned, COUNT);

    const head = await ask({}, 'HEAD');
    assert.deepEqual(
      [head.status, head.headers.get('content-length'), head.headers.get('etag'), (await bytesOf(head)).length],
      [200, String(bytes.length), tag, 0],
    );
    const last = bytes.length - 1;
    const parts: [range: string, from: number, to: number][] = [
      ['bytes=0-0', 0, 1],
      ['bytes=100-199', 100, 200],
      ['bytes=100-', 100, bytes.length],
      [`bytes=${last}-${last + 100}`, last, bytes.length],
      ['bytes=-8', bytes.length - 8, bytes.length],
      [`bytes=-${bytes.length + 1}`, 0, bytes.length],
    ];
    for (const [range, from, to] of parts) {
      const part = await ask({ range });
      assert.deepEqual(
        [part.status, part.headers.get('content-range'), part.headers.get('etag')],
        [206, `bytes ${from}-${to - 1}/${bytes.length}`, tag],
        range,
      );
      assert.ok((await bytesOf(part)).equals(bytes.subarray(from, to)), range);
    }
    // Several parts, and what is no range of bytes, are answered with everything.
    for (const range of ['bytes=0-1,5-6', 'lines=1-2', 'bytes=9-3', 'bytes=-'])
      assert.deepEqual([range, (await ask({ range })).status], [range, 200]);
    for (const range of [`bytes=${bytes.length}-`, 'bytes=-0']) {
      const outside = await ask({ range });
      assert.deepEqual([outside.status, outside.headers.get('content-range')], [416, `bytes */${bytes.length}`]);
      assert.equal(((await outside.json()) as { code: string }).code, 'RANGE_NOT_SATISFIABLE');
    }
    const unchanged = await ask({ 'if-none-match': `"other", W/${tag}` });
    assert.deepEqual([unchanged.status, (await bytesOf(unchanged)).length], [304, 0]);

    await put(api, 10, 1, 200);
    // One who reads on in parts gets the file that was begun; one who has its tag checked gets the new one, whole.
    assert.equal((await ask({ range: 'bytes=0-9' })).headers.get('etag'), tag);
    const changed = await ask({ range: 'bytes=0-9', 'if-range': tag });
    assert.equal(changed.status, 200);
    assert.notEqual(changed.headers.get('etag'), tag);
    assert.equal((await ask({ 'if-none-match': tag })).status, 200);
  });

test('an Arrow file by address is read in any order, and says in its schema what is missing', async (t) => {
  const { url } = await aSeries(t);
  const table = tableFromIPC(await bytesOf(await fetch(`${url}.arrow?${QUERY}&order=desc`)));
  assert.equal(table.numRows, COUNT);
  assert.equal(Number(table.getChild('openTime')?.get(0)), FROM + (COUNT - 1) * MINUTE);
  const told = JSON.parse(table.schema.metadata.get('completeness') ?? '') as Record<string, unknown>;
  assert.deepEqual([told['complete'], told['returned']], [true, COUNT]);
});

test('what cannot be a file is told as elsewhere', async (t) => {
  const { api, url } = await aSeries(t);
  const statusOf = async (address: string): Promise<[number, string]> => {
    const answer = await fetch(address);
    return [answer.status, ((await answer.json()) as { code: string }).code];
  };
  assert.deepEqual(await statusOf(`${api}/bars/NYSE:NONE.csv?interval=1m`), [404, 'INSTRUMENT_NOT_FOUND']);
  assert.deepEqual(await statusOf(`${url}.csv`), [400, 'INVALID_REQUEST']);
  assert.deepEqual(await statusOf(`${url}.csv?interval=1m&limit=5`), [400, 'INVALID_REQUEST']);
});

test('pandas, polars, pyarrow and DuckDB read a series by its address', { skip: PYTHON === undefined }, async (t) => {
  const { url } = await aSeries(t);
  const { stdout } = await promisify(execFile)(PYTHON ?? '', [READER, url, QUERY]);
  const found = JSON.parse(stdout) as Record<string, readonly number[]>;
  assert.equal(Object.keys(found).length, 10);
  for (const [reader, values] of Object.entries(found))
    assert.deepEqual(values, [COUNT, 100 + COUNT - 1, COUNT / 2], reader);
});
