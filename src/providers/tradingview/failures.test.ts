import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import {
  aTradingView,
  closeWith,
  codeOf,
  fetched,
  infoOf,
  instead,
  resetInsideFrame,
  seedBars,
  silence,
  splitAt,
  startFakeTradingView,
  status,
  unframed,
  withText,
  type Fault,
} from '../../../test/support/fake-tradingview/index.ts';
import type { ErrorCode, ProviderError } from '../../platform/errors/index.ts';

const START = 1_767_623_400;
const NOW = (START + 86_400) * 1_000;
const ASKED = { from: START, to: START + 600 };
const SYMBOLS = { 'TEST:ABC': { info: infoOf('TEST:ABC'), bars: { 1: seedBars(START, 60, 10) } } };
/** For the tests in which nothing comes. */
const SHORT = { connectMs: 150, answerMs: 150, silenceMs: 150 };

type Script = readonly [what: string, method: string, fault: Fault, code: ErrorCode];

const critical = (reason: string): Fault =>
  instead(([id]) => [{ m: 'critical_error', p: [id, reason, 'method: create_series. args: "[]"'] }]);
const seriesError = (reason: string): Fault =>
  instead(([id, series, turn]) => [{ m: 'series_error', p: [id, series, turn, reason, 'node'] }]);
const symbolError = (reason: string): Fault =>
  instead(([id, symbol]) => [
    { m: 'symbol_error', p: [id, symbol, reason] },
    { m: 'series_error', p: [id, 'sds_1', 's1', 'resolve error', 'node'] },
  ]);
const changed = (from: string | RegExp, to: string): Fault => withText((text) => text.replace(from, to));

const SCRIPTS: readonly Script[] = [
  ['symbol_error', 'resolve_symbol', symbolError('invalid symbol'), 'PROVIDER_SYMBOL_UNKNOWN'],
  ['symbol_error of a plan', 'resolve_symbol', symbolError('permission denied'), 'PROVIDER_REFUSED'],
  ['series_error: resolve error', 'create_series', seriesError('resolve error'), 'PROVIDER_SYMBOL_UNKNOWN'],
  [
    'series_error: unsupported resolution',
    'create_series',
    seriesError('unsupported resolution'),
    'PROVIDER_OUT_OF_REACH',
  ],
  ['series_error: custom_resolution', 'create_series', seriesError('custom_resolution'), 'PROVIDER_REFUSED'],
  ['series_error: anything else', 'create_series', seriesError('internal'), 'PROVIDER_UNAVAILABLE'],
  ['critical_error', 'create_series', critical('invalid parameters'), 'PROVIDER_REFUSED'],
  ['critical_error in its other spelling', 'create_series', critical('invalid_parameters'), 'PROVIDER_REFUSED'],
  ['critical_error of another kind', 'create_series', critical('overload'), 'PROVIDER_UNAVAILABLE'],
  [
    'protocol_error',
    'create_series',
    instead(() => [{ m: 'protocol_error', p: ['overload'] }]),
    'PROVIDER_UNAVAILABLE',
  ],
  [
    'protocol_error on the token',
    'create_series',
    instead(() => [{ m: 'protocol_error', p: ['bad auth token'] }]),
    'PROVIDER_REFUSED',
  ],
  ['another symbol resolved', 'resolve_symbol', changed(/TEST:ABC/g, 'TEST:XYZ'), 'PROVIDER_ANSWER_INVALID'],
  ['an answer for another name of the symbol', 'resolve_symbol', changed('sym_1', 'sym_2'), 'PROVIDER_ANSWER_INVALID'],
  ["another series' bars", 'create_series', changed('"sds_1":{', '"sds_2":{'), 'PROVIDER_ANSWER_INVALID'],
  ["another turn's bars", 'create_series', changed('"t":"s1"', '"t":"s2"'), 'PROVIDER_ANSWER_INVALID'],
  ["another turn's end", 'create_series', changed('"streaming","s1"', '"streaming","s2"'), 'PROVIDER_ANSWER_INVALID'],
  ['JSON that is cut off', 'create_series', withText((text) => text.slice(0, -2)), 'PROVIDER_ANSWER_INVALID'],
  ['NaN', 'create_series', changed(/\[\d+,2,/, `[${START},NaN,`), 'PROVIDER_ANSWER_INVALID'],
  ['a price that is null', 'create_series', changed(/\[\d+,2,/, `[${START},null,`), 'PROVIDER_ANSWER_INVALID'],
  ['a price that is text', 'create_series', changed(/\[\d+,2,/, `[${START},"2",`), 'PROVIDER_ANSWER_INVALID'],
  [
    'a bar of four numbers',
    'create_series',
    changed(/\[\d+,2,4,0,3,10\]/, `[${START},2,4,0]`),
    'PROVIDER_ANSWER_INVALID',
  ],
  ['a time that is none', 'create_series', changed(/\[\d+,2,/, '[1e15,2,'), 'PROVIDER_ANSWER_INVALID'],
  ['HTML in a packet', 'create_series', instead(() => ['<html>busy</html>']), 'PROVIDER_ANSWER_INVALID'],
  ['a text that is no packet', 'create_series', unframed('<html>busy</html>'), 'PROVIDER_ANSWER_INVALID'],
  ['JSON that is no message', 'create_series', instead(() => [{ p: [] }]), 'PROVIDER_ANSWER_INVALID'],
  [
    'a symbol that is none',
    'resolve_symbol',
    changed('"full_name":"TEST:ABC"', '"full_name":1'),
    'PROVIDER_ANSWER_INVALID',
  ],
  ['a greeting that is none', 'connect', instead(() => [{ m: 'hello', p: [] }]), 'PROVIDER_ANSWER_INVALID'],
  ['a reset inside a frame', 'create_series', resetInsideFrame, 'PROVIDER_UNAVAILABLE'],
  ['a clean close', 'create_series', closeWith(1000), 'PROVIDER_UNAVAILABLE'],
  ['a server that goes away', 'resolve_symbol', closeWith(1001), 'PROVIDER_UNAVAILABLE'],
  ['a close instead of a greeting', 'connect', closeWith(1000), 'PROVIDER_UNAVAILABLE'],
];

for (const [what, method, fault, code] of SCRIPTS)
  test(`${what} ends in ${code}, and the next fetch is whole`, async (t) => {
    const fake = await startFakeTradingView(t, { now: NOW, symbols: SYMBOLS });
    const provider = aTradingView(t, fake);
    fake.script(method, fault);
    const { error, bars, covered } = await fetched(provider, ASKED);
    assert.deepEqual([codeOf(error), bars, covered], [code, [], []]);
    const next = await fetched(provider, ASKED);
    assert.deepEqual([next.error, next.bars.length, next.covered], [undefined, 10, [[ASKED.from, ASKED.to]]]);
  });

for (const method of ['connect', 'resolve_symbol', 'create_series'])
  test(`silence after ${method} ends in PROVIDER_TIMEOUT`, async (t) => {
    const fake = await startFakeTradingView(t, { now: NOW, symbols: SYMBOLS });
    const provider = aTradingView(t, fake, { limits: SHORT });
    fake.script(method, silence);
    assert.equal(codeOf((await fetched(provider, ASKED)).error), 'PROVIDER_TIMEOUT');
  });

test('a socket that says nothing at all is given up before the answer is due', async (t) => {
  const fake = await startFakeTradingView(t, { now: NOW, symbols: SYMBOLS });
  const provider = aTradingView(t, fake, { limits: { silenceMs: 100 } });
  fake.script('create_series', silence);
  const { error } = await fetched(provider, ASKED);
  assert.match((error as Error).message, /say anything/);
  assert.equal((await fetched(provider, ASKED)).bars.length, 10);
  assert.equal(fake.opened(), 2);
});

test('a server that takes the connection and never answers is given up', async (t) => {
  const server = createServer((socket) => void socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const provider = aTradingView(
    t,
    { wsUrl: `ws://127.0.0.1:${port}`, searchUrl: `http://127.0.0.1:${port}` },
    { limits: SHORT },
  );
  t.after(() => server.close());
  assert.equal(codeOf((await fetched(provider, ASKED)).error), 'PROVIDER_TIMEOUT');
});

test('nobody at the address is PROVIDER_UNAVAILABLE', async (t) => {
  const provider = aTradingView(t, { wsUrl: 'ws://127.0.0.1:1', searchUrl: 'http://127.0.0.1:1' });
  assert.equal(codeOf((await fetched(provider, ASKED)).error), 'PROVIDER_UNAVAILABLE');
});

const REFUSALS: readonly (readonly [number, Record<string, string>, ErrorCode, number | undefined])[] = [
  [403, {}, 'PROVIDER_REFUSED', undefined],
  [429, { 'retry-after': '7' }, 'PROVIDER_RATE_LIMITED', 7],
  [
    429,
    { 'retry-after': new Date(12_000).toUTCString(), date: new Date(0).toUTCString() },
    'PROVIDER_RATE_LIMITED',
    12,
  ],
  [418, {}, 'PROVIDER_RATE_LIMITED', undefined],
  [502, { 'content-type': 'text/html' }, 'PROVIDER_UNAVAILABLE', undefined],
  [200, { 'content-type': 'text/html' }, 'PROVIDER_UNAVAILABLE', undefined],
];
for (const [code, headers, expected, seconds] of REFUSALS)
  test(`${code} instead of a socket is ${expected}, to be asked again after ${seconds} s`, async (t) => {
    const fake = await startFakeTradingView(t, { now: NOW, symbols: SYMBOLS });
    const provider = aTradingView(t, fake);
    fake.scriptHttp('upgrade', status(code, headers, '<html>'));
    const { error } = await fetched(provider, ASKED);
    assert.equal(codeOf(error), expected);
    assert.equal((error as ProviderError).retryAfterSeconds, seconds);
    assert.equal((await fetched(provider, ASKED)).bars.length, 10);
  });

test('a token that is refused is PROVIDER_REFUSED, a good one is sent', async (t) => {
  const fake = await startFakeTradingView(t, { now: NOW, symbols: SYMBOLS });
  const refused = await fetched(aTradingView(t, fake, { token: 'expired' }), ASKED);
  assert.equal(codeOf(refused.error), 'PROVIDER_REFUSED');
  assert.ok(!String(refused.error).includes('expired'));
  assert.equal((await fetched(aTradingView(t, fake, { token: 'good-token' }), ASKED)).bars.length, 10);
});

test('a packet that is split over two messages is read, wherever it is cut', async (t) => {
  const fake = await startFakeTradingView(t, { now: NOW, symbols: SYMBOLS });
  const provider = aTradingView(t, fake);
  for (const place of [1, 3, 5, 7, 20, 120, 700]) {
    fake.script('create_series', splitAt(place));
    const { bars, error } = await fetched(provider, ASKED);
    assert.deepEqual([bars.length, error], [10, undefined], `cut at ${place}`);
  }
});

test('what breaks off between pages leaves what was yielded', async (t) => {
  const fake = await startFakeTradingView(t, { now: NOW, symbols: SYMBOLS, pageMaximum: 4 });
  const provider = aTradingView(t, fake);
  fake.script('request_more_data', resetInsideFrame);
  const { bars, covered, error } = await fetched(provider, ASKED);
  assert.deepEqual([bars.length, covered], [4, [[START + 360, START + 600]]]);
  assert.equal(codeOf(error), 'PROVIDER_UNAVAILABLE');
});

test('an answer without the time of the server is refused: nothing says which bar is over', async (t) => {
  const fake = await startFakeTradingView(t, { now: NOW, symbols: SYMBOLS });
  const provider = aTradingView(t, fake);
  const timeless = withText((text) => text.replace(/,"t":\d+,"t_ms":\d+\}$/, '}'));
  fake.script(
    'connect',
    instead(() => [{ session_id: 'x' }]),
  );
  fake.script('resolve_symbol', timeless);
  fake.script('create_series', timeless);
  assert.equal(codeOf((await fetched(provider, ASKED)).error), 'PROVIDER_ANSWER_INVALID');
});
