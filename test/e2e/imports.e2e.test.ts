import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { basename, join } from 'node:path';
import { json as jsonOf } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { removeLeftSpooled } from '../../src/barfiles/index.ts';
import { startServer, type RunningServer } from '../../src/main/server.ts';
import { open, PocketQuantError, type GetBarsInput } from '../../src/main/library.ts';
import { aFolder } from '../support/open-test-database.ts';
import { runPocketquant } from '../support/run-pocketquant.ts';
import { until } from '../support/until.ts';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

type Body = string | Buffer | FormData | ReadableStream;
type Way = 'body' | 'chunks' | 'form' | 'job';

interface World {
  readonly server: RunningServer;
  readonly database: string;
  /** Where uploads are kept; empty once their imports have ended. */
  spooled(): string[];
  post(query: Record<string, string>, body: Body | null, headers?: Record<string, string>): Promise<Answer>;
  /** The same file in another way. */
  send(way: Way, query: Record<string, string>, file: string): Promise<Answer>;
  get(path: string): Promise<Record<string, unknown>>;
  jobEnded(id: string): Promise<Record<string, unknown>>;
}

async function aWorld(t: TestContext, limits: { readonly maxImportBytes?: number } = {}): Promise<World> {
  const folder = aFolder(t);
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = temporary;
  const database = `file:${join(folder, 'imports.db')}`;
  const server = await startServer({ databaseUrl: database, port: 0, logLevel: 'silent', ...limits });
  t.after(async () => {
    await server.close();
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  const urlOf = (query: Record<string, string>) =>
    `${server.url}/api/v1/imports?${new URLSearchParams(query).toString()}`;

  async function post(query: Record<string, string>, body: Body | null, headers = {}): Promise<Answer> {
    const response = await fetch(urlOf(query), { method: 'POST', body, headers, duplex: 'half' });
    return { status: response.status, headers: response.headers, json: (await response.json()) as Answer['json'] };
  }

  async function inChunks(query: Record<string, string>, bytes: Buffer): Promise<Answer> {
    const sending = request(urlOf(query), { method: 'POST' });
    for (let at = 0; at < bytes.length; at += 100) sending.write(bytes.subarray(at, at + 100));
    sending.end();
    const [response] = (await once(sending, 'response')) as [IncomingMessage];
    return {
      status: response.statusCode ?? 0,
      headers: new Headers(),
      json: (await jsonOf(response)) as Answer['json'],
    };
  }

  async function get(path: string): Promise<Record<string, unknown>> {
    return (await (await fetch(server.url + path)).json()) as Record<string, unknown>;
  }

  async function jobEnded(id: string): Promise<Record<string, unknown>> {
    let job: Record<string, unknown> = {};
    await until(async () => {
      job = await get(`/api/v1/jobs/${id}`);
      return job['endedAt'] !== null;
    }, `the end of job ${id}`);
    return job;
  }

  return {
    server,
    database,
    spooled: () => readdirSync(temporary).filter((name) => name.startsWith('pocketquant-import-')),
    post,
    async send(way, query, file) {
      const bytes = readFileSync(file);
      const fileName = basename(file);
      switch (way) {
        case 'body':
          return post({ ...query, fileName }, bytes);
        case 'chunks':
          return inChunks({ ...query, fileName }, bytes);
        case 'form': {
          const form = new FormData();
          form.append('file', new Blob([bytes]), fileName);
          return post(query, form);
        }
        case 'job': {
          const { status, json } = await post({ ...query, fileName, job: 'true' }, bytes);
          assert.equal(status, 202);
          const job = await jobEnded(String(json['id']));
          const { code, message } = (job['error'] ?? {}) as Record<string, unknown>;
          if (job['state'] === 'failed')
            return { status: 400, headers: new Headers(), json: { code, detail: message } };
          return { status: 200, headers: new Headers(), json: job['outcome'] as Answer['json'] };
        }
      }
    },
    get,
    jobEnded,
  };
}

const SERIES = { instrumentId: 'COINBASE:BTCUSD' };
const MINUTES = Date.UTC(2016, 0, 2);
const row = (minute: number): string => `${new Date(MINUTES + minute * 60_000).toISOString()},1.5,2.5,1.5,2.5,5\n`;
const csvOf = (rows: number): string =>
  `time,open,high,low,close,volume\n${Array.from({ length: rows }, (_, i) => row(i)).join('')}`;
const MANY_ZIP = fileURLToPath(new URL('../fixtures/bytes/many.zip', import.meta.url));

const CASES = fileURLToPath(new URL('../../../shared/cases/import/', import.meta.url));

interface Case {
  readonly file: string;
  readonly instrument?: string;
  readonly interval?: string;
  readonly options?: string;
}

/** As the library and HTTP name them. */
function optionsOf({ instrument, interval, options = '' }: Case): Record<string, string> {
  const words = options.split(' ').filter((word) => word !== '');
  const named: Record<string, string> = {};
  for (let at = 0; at < words.length; at += 2) {
    const [option = '', value = ''] = words.slice(at, at + 2);
    named[option.slice(2).replace(/-[a-z]/g, (letter) => letter.charAt(1).toUpperCase())] = value;
  }
  return { ...(instrument && { instrumentId: instrument }), ...(interval && { interval }), ...named };
}

test(
  'what is sent becomes what is imported from the same file, in every way',
  { skip: !existsSync(CASES) },
  async (t) => {
    const { send, get, spooled } = await aWorld(t);
    const pq = await open({ database: `file:${join(aFolder(t), 'library.db')}` });
    t.after(() => pq.close());
    const ways: readonly Way[] = ['body', 'chunks', 'form', 'job'];
    const cases = JSON.parse(readFileSync(join(CASES, 'cases.json'), 'utf8')) as Case[];
    const stored = new Set<string>();
    for (const [at, one] of cases.entries()) {
      const options = optionsOf(one);
      const source = join(CASES, one.file);
      const answer = await send(ways[at % ways.length] ?? 'body', options, source);
      const wanted = await pq
        .importBars({ ...options, source, provider: 'file', state: 'final' })
        .catch((error: unknown) => error as PocketQuantError);
      if (wanted instanceof Error) {
        assert.equal(answer.json['code'], wanted instanceof PocketQuantError ? wanted.code : 'INTERNAL', one.file);
        assert.ok(!String(answer.json['detail']).includes('--'), String(answer.json['detail']));
        continue;
      }
      for (const name of [
        'reading',
        'rows',
        'inserted',
        'changed',
        'unchanged',
        'rejected',
        'empty',
        'duplicates',
      ] as const)
        assert.deepEqual(answer.json[name], wanted[name], `${one.file} ${name}`);
      for (const { instrumentId, interval, align = 'clock' } of wanted.series)
        stored.add(`${instrumentId}?interval=${interval}&align=${align}`);
    }
    assert.ok(stored.size > 10);
    for (const series of stored) {
      const [instrumentId = '', question = ''] = series.split('?');
      const { interval, align } = Object.fromEntries(new URLSearchParams(question)) as Pick<
        GetBarsInput,
        'interval' | 'align'
      >;
      const { bars } = await get(`/api/v1/bars/${encodeURIComponent(instrumentId)}?${question}&limit=50000`);
      const read = await pq.getBars({ instrumentId, interval, align }).catch(() => undefined);
      const times = (bars as { openTime: string }[] | undefined)?.map(({ openTime }) => Date.parse(openTime));
      assert.deepEqual(times, read && [...read.columns.openTime], series);
      const closes = (bars as { close: number }[] | undefined)?.map(({ close }) => close);
      assert.deepEqual(closes, read && [...read.columns.close], series);
    }
    assert.deepEqual(spooled(), []);
  },
);

test('a preview says how the file is read, with its first rows, and stores nothing', async (t) => {
  const { post, get, spooled } = await aWorld(t);
  const { status, json } = await post({ ...SERIES, preview: 'true', rows: '2' }, csvOf(5));
  assert.equal(status, 200);
  const { interval, time } = json['reading'] as { interval: string; time: object };
  assert.deepEqual([interval, time], ['1m', { form: 'YYYY-MM-DDTHH:MM:SSZ', is: 'open' }]);
  const [{ bars }] = json['series'] as [{ bars: { openTime: string }[] }];
  assert.deepEqual(
    bars.map(({ openTime }) => openTime),
    ['2016-01-02T00:00:00Z', '2016-01-02T00:01:00Z'],
  );
  assert.equal((await get('/api/v1/symbols'))['total'], 0);
  assert.deepEqual(spooled(), []);
});

test('rejected rows are told with their lines, and a refusal names the parameter that decides', async (t) => {
  const { post } = await aWorld(t);
  const { json } = await post(SERIES, `${csvOf(2)}x,1,2,1,2,5\n`);
  const [rejection] = json['rejections'] as [{ lines: number[] }];
  assert.deepEqual([json['inserted'], json['rejected'], rejection.lines], [2, 1, [4]]);
  const refused = async (query: Record<string, string>, body: Body, code: string, advice: RegExp) => {
    const answer = await post(query, body);
    assert.deepEqual([answer.status, answer.json['code']], [400, code]);
    assert.match(String(answer.json['detail']), advice);
    assert.ok(!String(answer.json['detail']).includes('--'), String(answer.json['detail']));
    assert.match(answer.headers.get('content-type') ?? '', /problem\+json/);
  };
  const wall = 'time,open,high,low,close\n2024-01-02 09:30,1,2,1,2\n2024-01-02 09:31,1,2,1,2\n';
  await refused({}, csvOf(2), 'INSTRUMENT_NEEDED', /instrumentId/);
  await refused({ instrumentId: 'NOWHERE:X' }, wall, 'TIME_ZONE_NEEDED', /timezone=UTC/);
  await refused(SERIES, readFileSync(MANY_ZIP), 'ZIP_MANY_FILES', /name=\{exchange\}.*member=NASDAQ_AAPL/);
  await refused({ ...SERIES, interval: '1h' }, csvOf(5), 'INTERVAL_MISMATCH', /interval=1m.*forceInterval=true/);
  await refused({ ...SERIES, encoding: 'klingon' }, csvOf(5), 'INVALID_REQUEST', /gbk.* encoding/);
  await refused({ ...SERIES, decimals: 'comma' }, csvOf(5), 'INVALID_REQUEST', /decimals/);
});

test('text in an encoding that its bytes do not show is read where it is named', async (t) => {
  const { post } = await aWorld(t);
  const header = Buffer.from([0xca, 0xb1, 0xbc, 0xe4]); // the Chinese word for time, in GBK
  const bytes = Buffer.concat([header, Buffer.from(csvOf(3).slice('time'.length))]);
  const columns = '时间,open,high,low,close,volume';
  const named = { ...SERIES, columns: columns.replace('时间', 'time=时间').replace(/,.*/, '') };
  const { status, json } = await post({ ...named, encoding: 'gbk' }, bytes);
  assert.deepEqual([status, json['inserted']], [200, 3], JSON.stringify(json));
  assert.match((json['reading'] as { format: string }).format, /GBK/);
  assert.equal((await post(named, bytes)).status, 400);
});

test('all files of a zip are imported by their names, by HTTP, command line and library', async (t) => {
  const { post, send, database, get } = await aWorld(t);
  const name = '{exchange}_{symbol}-{interval}';
  const previewed = await send('form', { name, preview: 'true' }, MANY_ZIP);
  assert.equal(previewed.json['filesCount'], 2);
  assert.equal((await get('/api/v1/symbols'))['total'], 0);
  const { status, json } = await post({ name }, readFileSync(MANY_ZIP));
  const files = json['files'] as { file: string; outcome: { inserted: number; series: { instrumentId: string }[] } }[];
  assert.equal(status, 200);
  assert.deepEqual(
    files.map(({ file, outcome }) => [file, outcome.inserted, outcome.series[0]?.instrumentId]),
    [
      ['NASDAQ_AAPL-1d.csv', 1, 'NASDAQ:AAPL'],
      ['NASDAQ_MSFT-1d.csv', 1, 'NASDAQ:MSFT'],
    ],
  );
  const again = await runPocketquant(database, ['--json', 'import', MANY_ZIP, '--name', name]);
  assert.equal(again.exitCode, 0, again.stderr);
  const told = JSON.parse(again.stdout) as { files: { file: string; outcome: { unchanged: number } }[] };
  assert.deepEqual(
    told.files.map(({ file, outcome }) => [file, outcome.unchanged]),
    files.map(({ file }) => [`${MANY_ZIP}: ${file}`, 1]),
  );
  // A template that only one of them is like: the other is refused, and the command says so.
  const half = await runPocketquant(database, [
    'import',
    MANY_ZIP,
    '--name',
    '{exchange}_AAP*-{interval}',
    '--symbol',
    'L',
  ]);
  assert.equal(half.exitCode, 3, half.stderr);
  assert.match(half.stdout, /NASDAQ_MSFT-1d.csv: INVALID_REQUEST/);
  const pq = await open({ database: `file:${join(aFolder(t), 'library.db')}` });
  t.after(() => pq.close());
  const imported = await pq.importFiles({ source: MANY_ZIP, name, provider: 'file', state: 'final' });
  assert.deepEqual(
    imported.files.map(({ outcome }) => outcome?.inserted),
    [1, 1],
  );
  assert.equal((await send('job', { name }, MANY_ZIP)).json['filesCount'], 2);
});

test('what is no file of a client is refused, and leaves nothing behind', async (t) => {
  const { post, server, spooled } = await aWorld(t);
  const formOf = (...parts: readonly (readonly [string, string | Blob])[]) => {
    const form = new FormData();
    for (const [field, value] of parts) {
      if (typeof value === 'string') form.append(field, value);
      else form.append(field, value, 'bars.csv');
    }
    return form;
  };
  const file = new Blob([csvOf(2)]);
  const cut = { 'content-type': 'multipart/form-data; boundary=abc' };
  const part = '--abc\r\ncontent-disposition: form-data; name="f"; filename="f"\r\n\r\ntime,open';
  const attacks: readonly (readonly [string, Body | null, Record<string, string>?])[] = [
    ['no body', null],
    ['an empty stream', new ReadableStream({ start: (controller) => controller.close() })],
    ['a form without a file', formOf(['a', 'b'])],
    ['a form of two files', formOf(['a', file], ['b', file])],
    ['a form of a file and a field', formOf(['a', file], ['timezone', 'UTC'])],
    ['a form without a boundary', 'xx', { 'content-type': 'multipart/form-data' }],
    ['no form', 'xx', cut],
    ['a form that is cut off', part, cut],
    ['a form of endless headers', `--abc\r\n${'x: y\r\n'.repeat(100_000)}`, cut],
    ['no gzip', 'xx', { 'content-encoding': 'gzip' }],
    ['gzip that is cut off', gzipSync(csvOf(1_000)).subarray(0, 200), { 'content-encoding': 'gzip' }],
  ];
  for (const [name, body, headers] of attacks) {
    const { status, json } = await post(SERIES, body, headers);
    assert.deepEqual([status, json['code']], [400, 'INVALID_REQUEST'], `${name}: ${JSON.stringify(json)}`);
  }
  await until(() => spooled().length === 0, 'uploads are removed');
  assert.equal((await post(SERIES, csvOf(2))).status, 200);
  assert.equal((await fetch(`${server.url}/health`)).status, 200);
});

test('a file above the limit is refused while it comes, however it is sent', async (t) => {
  const { post, spooled, server } = await aWorld(t, { maxImportBytes: 1_000_000 });
  const large = Buffer.alloc(3_000_000, csvOf(10));
  const form = new FormData();
  form.append('file', new Blob([large]), 'bars.csv');
  for (const [body, headers] of [
    [large, {}],
    [gzipSync(large), { 'content-encoding': 'gzip' }],
    [form, {}],
  ] as const) {
    const { status, json } = await post(SERIES, body, headers);
    assert.deepEqual([status, json['code']], [413, 'BODY_TOO_LARGE']);
    assert.match(String(json['detail']), /POCKETQUANT_MAX_IMPORT_BYTES/);
  }
  // Without an end, and without a length.
  const sending = request(`${server.url}/api/v1/imports?instrumentId=A:B`, { method: 'POST' });
  sending.on('error', () => undefined); // it is cut off
  const pour = (): void => {
    while (sending.writable && sending.write(large));
  };
  sending.on('drain', pour);
  pour();
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  assert.equal(response.statusCode, 413);
  sending.destroy();
  await until(() => spooled().length === 0, 'uploads are removed');
});

test('at most four imports are under way: more are sent away, and clients that leave make room', async (t) => {
  const { post, server, spooled } = await aWorld(t);
  const start = () => {
    const sending = request(`${server.url}/api/v1/imports?instrumentId=COINBASE:BTCUSD`, { method: 'POST' });
    sending.on('error', () => undefined); // some are cut off
    sending.write(csvOf(100));
    return sending;
  };
  const uploads = [start(), start(), start(), start()];
  await until(() => spooled().length === 4, 'four uploads');
  const refused = await post(SERIES, csvOf(2));
  assert.deepEqual([refused.status, refused.json['code']], [503, 'OVERLOADED']);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  const [first, ...others] = uploads as [ReturnType<typeof start>, ...ReturnType<typeof start>[]];
  first.end();
  const [response] = (await once(first, 'response')) as [IncomingMessage];
  assert.equal(response.statusCode, 200);
  response.resume();
  for (const upload of others) upload.destroy();
  await until(() => spooled().length === 0, 'uploads are removed');
  for (let i = 0; i < 5; i++) assert.equal((await post(SERIES, csvOf(2))).status, 200);
});

test('a large file becomes a job that can be cancelled, and not be retried without its file', async (t) => {
  const csv = csvOf(1_000_000); // before there is a server in this process, which would be kept waiting
  const { post, get, jobEnded, server, spooled } = await aWorld(t);
  const { status, json, headers } = await post({ ...SERIES, fileName: 'bars.csv' }, csv);
  const id = String(json['id']);
  assert.deepEqual([status, json['kind'], headers.get('location')], [202, 'import', `/api/v1/jobs/${id}`]);
  const rowsOf = async () => ((await get(`/api/v1/jobs/${id}`))['progress'] as { rows: number }).rows;
  await until(async () => (await rowsOf()) > 0, 'progress');
  const running = (await get('/api/v1/jobs'))['jobs'] as Record<string, unknown>[];
  assert.deepEqual([running[0]?.['id'], running[0]?.['kind'], running[0]?.['fileName']], [id, 'import', 'bars.csv']);
  await fetch(`${server.url}/api/v1/jobs/${id}/cancel`, { method: 'POST' });
  const ended = await jobEnded(id);
  assert.equal(ended['state'], 'cancelled');
  assert.deepEqual(spooled(), []);
  await fetch(`${server.url}/api/v1/jobs/${id}/retry`, { method: 'POST' });
  const retried = await jobEnded(id);
  assert.deepEqual([retried['state'], (retried['error'] as { code: string }).code], ['failed', 'UPLOAD_GONE']);
});

test('a job goes on after the server was restarted', async (t) => {
  const csv = csvOf(400_000);
  const { post, server, database, spooled } = await aWorld(t);
  const { json } = await post({ ...SERIES, job: 'true' }, csv);
  await server.close();
  assert.equal(spooled().length, 1);
  const next = await startServer({ databaseUrl: database, port: 0, logLevel: 'silent' });
  t.after(() => next.close());
  const job = async () =>
    (await (await fetch(`${next.url}/api/v1/jobs/${String(json['id'])}`)).json()) as Record<string, unknown>;
  await until(async () => (await job())['endedAt'] !== null, 'the end of the job');
  const { state, outcome } = await job();
  const { rows, inserted, unchanged } = outcome as { rows: number; inserted: number; unchanged: number };
  assert.deepEqual([state, rows, inserted + unchanged], ['completed', 400_000, 400_000]);
  assert.deepEqual(spooled(), []);
  await next.close();
  const verified = await runPocketquant(database, ['verify']);
  assert.equal(verified.exitCode, 0, verified.stdout + verified.stderr);
});

test('what killed processes have left is removed a day later', async (t) => {
  const { spooled, post } = await aWorld(t);
  const left = join(process.env['TMPDIR'] ?? '', 'pocketquant-import-abc');
  mkdirSync(left);
  writeFileSync(join(left, 'input-'), 'x');
  await removeLeftSpooled(Date.now() + 3_600_000);
  assert.equal(spooled().length, 1);
  await removeLeftSpooled(Date.now() + 90_000_000);
  assert.equal(spooled().length, 0);
  assert.equal((await post(SERIES, csvOf(2))).status, 200);
});
