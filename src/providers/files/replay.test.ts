import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { minuteBars } from '../../../test/support/minute-bars.ts';
import { until } from '../../../test/support/until.ts';
import { aggregateBars, barsOf, epochMs, instrumentId, type BarColumns, type Trade } from '../../market/index.ts';
import type { ErrorCode } from '../../platform/errors/index.ts';
import type { RequestedInstrument } from '../contract/index.ts';
import { createFiles, type FilesOptions } from './index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FILE_START = Date.UTC(2016, 9, 7, 9);
const NOW = Date.UTC(2026, 6, 1, 12, 34, 37, 123);
const PRESENT = Date.UTC(2026, 6, 1, 12, 34);
const BTC = { instrumentId: instrumentId('COINBASE:BTCUSD'), symbol: undefined };
const HEADER = 'openTime,open,high,low,close,volume\n';
const TRADES_HEADER = 'eventTime,tradeId,side,price,size\n';
const { signal } = new AbortController();

/** Real ones would do no better: prices with cents, volumes that are no binary fractions, a minute left out. */
const ROWS = Array.from({ length: 180 }, (_, at) => at)
  .filter((at) => at !== 7)
  .map((at) => {
    const [open, close] = [100 + (at % 13) / 100, 100 + (at % 7) / 100];
    const [high, low] = [Math.max(open, close) + (at % 3) / 10, Math.min(open, close) - (at % 5) / 10];
    return [FILE_START + at * MINUTE, open, high, low, close, ((at * 7_919) % 1_000) / 1_000];
  });
const MINUTES = HEADER + ROWS.map((row) => `${row.join()}\n`).join('');

/** Time passes from one timer to the next, when it is told to. */
function steppingClock(start: number) {
  let time = start;
  const due = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    now: () => time,
    waiting: () => due.size,
    timer: (delayMs: number, callback: () => void) => {
      const entry = { at: time + delayMs, callback };
      due.add(entry);
      return () => due.delete(entry);
    },
    step() {
      const [next] = [...due].sort((a, b) => a.at - b.at);
      due.delete(next);
      time = next.at;
      next.callback();
    },
  };
}

async function aReplay(
  t: TestContext,
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<FilesOptions> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'pocketquant-replay-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const clock = steppingClock(NOW);
  const provider = createFiles({ folder, clock: clock.now, timer: clock.timer, ...options });
  const trades: Trade[] = [];
  const subscribed: string[] = [];
  const refused: (readonly [string, ErrorCode, string])[] = [];
  let heard = 0;
  /** The clock when each trade came. */
  const cameAt: number[] = [];
  const never = (): never => assert.fail('a file has neither quotes nor corrections');
  assert.ok(provider.live !== undefined);
  const connection = await provider.live.connect(
    {
      onSubscribed: (id) => void subscribed.push(id),
      onTrade: (trade) => {
        assert.ok(subscribed.includes(trade.instrumentId));
        trades.push(trade);
        cameAt.push(clock.now());
      },
      onHeard: () => void heard++,
      onRefused: (id, { code, message }) => void refused.push([id, code, message]),
      onQuote: never,
      onCorrected: never,
    },
    signal,
  );
  t.after(() => connection.close());
  /** Lets time pass until so many trades came, but not while a file is read: then only the heartbeat waits. */
  const play = async (count: number): Promise<void> => {
    const isThere = () => {
      if (trades.length < count && clock.waiting() > 1) clock.step();
      return trades.length >= count;
    };
    for (let tries = 0; !isThere(); tries++) {
      assert.ok(tries < 100_000, `${trades.length} of ${count} trades came; refused: ${refused.join(' ')}`);
      await setImmediate();
    }
  };
  return { play, connection, trades, subscribed, cameAt, refused, clock, heard: () => heard };
}

const column = (at: number) => Float64Array.from(ROWS, (row) => row[at]);
const COLUMNS: BarColumns = {
  openTime: column(0),
  open: column(1),
  high: column(2),
  low: column(3),
  close: column(4),
  volume: column(5),
  state: new Uint8Array(ROWS.length),
};

test('at the speed of life the minutes of the replay are those of the file, to the last bit', async (t) => {
  const { connection, trades, cameAt, play } = await aReplay(t, { 'COINBASE_BTCUSD_1m.csv': MINUTES });
  connection.subscribe([BTC]);
  await play(ROWS.length * 4);
  const shift = PRESENT - FILE_START;
  const expected = barsOf(COLUMNS).map((bar) => ({ ...bar, openTime: epochMs(bar.openTime + shift) }));
  assert.deepEqual(minuteBars(trades), expected);
  for (const [at, { eventTime, instrumentId: id }] of trades.entries()) {
    assert.equal(id, 'COINBASE:BTCUSD');
    assert.equal(cameAt[at], Math.max(NOW, eventTime), 'nothing comes before its time, what has passed at once');
  }
});

test('at sixty times that speed a minute of the replay is an hour of the file', async (t) => {
  const { connection, trades, clock, play } = await aReplay(t, { 'COINBASE_BTCUSD_1m.csv': MINUTES }, { speed: 60 });
  connection.subscribe([BTC]);
  await play(ROWS.length * 4);
  assert.ok(clock.now() < PRESENT + 3 * MINUTE + 10_000);
  const hours = barsOf(aggregateBars(COLUMNS, '1h'));
  const found = minuteBars(trades);
  assert.deepEqual(
    found.map(({ openTime, open, high, low, close }) => [openTime, open, high, low, close]),
    hours.map(({ openTime, ...bar }) => [
      PRESENT + (openTime - FILE_START) / 60,
      bar.open,
      bar.high,
      bar.low,
      bar.close,
    ]),
  );
  for (const [at, { volume = NaN }] of found.entries()) assert.ok(Math.abs(volume - (hours[at].volume ?? 0)) < 1e-9);
});

test('a rising bar goes down first, a falling one up, and each ends in its last millisecond', async (t) => {
  const rows = `${FILE_START},10,14,9,13,8\n${FILE_START + HOUR},13,14,9,10,\n`;
  const { connection, trades, play } = await aReplay(t, { 'COINBASE_BTCUSD_1h.csv': HEADER + rows });
  connection.subscribe([BTC]);
  await play(8);
  assert.deepEqual(
    trades.map(({ eventTime, price, size }) => [eventTime - PRESENT, price, size]),
    [
      [0, 10, 2],
      [20 * MINUTE, 9, 2],
      [40 * MINUTE, 14, 2],
      [60 * MINUTE - 1, 13, 2],
      [60 * MINUTE, 13, 0],
      [80 * MINUTE, 14, 0],
      [100 * MINUTE, 9, 0],
      [120 * MINUTE - 1, 10, 0],
    ],
  );
});

test('trades go before bars, finer bars before longer ones, and an alias names the file', async (t) => {
  const one = `${HEADER}${FILE_START},1,1,1,1,1\n`;
  const { connection, trades, play } = await aReplay(t, {
    'COINBASE_BTCUSD_1m.csv': one,
    'COINBASE_BTCUSD_trades.csv': `${TRADES_HEADER}2016-10-07T09:00:30.500Z,17, sell,610.5,0.25\n2016-10-07T09:00:40Z,18,,611,2\n`,
    'A_B_1d.csv': `${HEADER}${FILE_START},9,9,9,9,9\n`,
    'A_B_5s.ndjson.gz': gzipSync(JSON.stringify({ time: FILE_START / 1_000, open: 5, high: 5, low: 5, close: 5 })),
    'C_D_trades.ndjson': JSON.stringify({ time: FILE_START, price: 3, size: 4, side: 'buy' }),
  });
  const aliased: RequestedInstrument = { instrumentId: instrumentId('MINE:AB'), symbol: 'A_B' };
  connection.subscribe([BTC, aliased, { instrumentId: instrumentId('C:D'), symbol: undefined }]);
  connection.subscribe([BTC]);
  await play(7);
  const of = (id: string) => trades.filter(({ instrumentId: other }) => other === id);
  const instrument = { instrumentId: 'COINBASE:BTCUSD', tradeId: undefined };
  assert.deepEqual(of('COINBASE:BTCUSD'), [
    { ...instrument, eventTime: PRESENT + 30_500, side: 'sell', price: 610.5, size: 0.25 },
    { ...instrument, eventTime: PRESENT + 40_000, side: undefined, price: 611, size: 2 },
  ]);
  assert.deepEqual(
    of('MINE:AB').map(({ price }) => price),
    [5, 5, 5, 5],
  );
  assert.deepEqual(
    of('C:D').map(({ price, size, side }) => [price, size, side]),
    [[3, 4, 'buy']],
  );
});

const BAD: readonly (readonly [
  what: string,
  files: Readonly<Record<string, string>>,
  code: ErrorCode,
  text: RegExp,
])[] = [
  ['no file', {}, 'PROVIDER_SYMBOL_UNKNOWN', /trades or bars of COINBASE:BTCUSD/],
  [
    'two files',
    { 'COINBASE_BTCUSD_trades.csv': '', 'COINBASE_BTCUSD_trades.ndjson': '' },
    'PROVIDER_REFUSED',
    /remove one/,
  ],
  ['an empty file', { 'COINBASE_BTCUSD_trades.csv': '' }, 'PROVIDER_ANSWER_INVALID', /columns must name eventTime/],
  [
    'other columns',
    { 'COINBASE_BTCUSD_trades.csv': 'eventTime,price\n' },
    'PROVIDER_ANSWER_INVALID',
    /eventTime \(or time\), price, size.*found "eventTime", "price"/,
  ],
  [
    'a price that is none',
    { 'COINBASE_BTCUSD_trades.csv': `${TRADES_HEADER}${FILE_START},1,buy,x,1\n` },
    'PROVIDER_ANSWER_INVALID',
    /line 2: price/,
  ],
  [
    'a negative size',
    { 'COINBASE_BTCUSD_trades.csv': `${TRADES_HEADER}${FILE_START},1,buy,1,-1\n` },
    'PROVIDER_ANSWER_INVALID',
    /line 2: size/,
  ],
  [
    'a third side',
    { 'COINBASE_BTCUSD_trades.csv': `${TRADES_HEADER}${FILE_START},1,both,1,1\n` },
    'PROVIDER_ANSWER_INVALID',
    /line 2: side/,
  ],
  [
    'times that fall',
    { 'COINBASE_BTCUSD_trades.csv': `${TRADES_HEADER}${FILE_START + 1},1,buy,1,1\n${FILE_START},1,buy,1,1\n` },
    'PROVIDER_ANSWER_INVALID',
    /line 3: rows must ascend/,
  ],
];
for (const [what, files, code, text] of BAD)
  test(`${what}: the instrument is refused with ${code}, the others go on`, async (t) => {
    const good = { 'A_B_trades.csv': `${TRADES_HEADER}${FILE_START},1,buy,1,1\n${FILE_START + HOUR},2,buy,1,1\n` };
    const { connection, refused, subscribed, play } = await aReplay(t, { ...files, ...good });
    connection.subscribe([BTC, { instrumentId: instrumentId('A:B'), symbol: undefined }]);
    await until(() => refused.length === 1, 'the refusal');
    await play(2);
    const [[id, found, message]] = refused;
    assert.deepEqual([id, found], ['COINBASE:BTCUSD', code]);
    if (!/line 3/.test(text.source)) assert.deepEqual(subscribed, ['A:B']);
    assert.match(message, text);
  });

test('what is left is heard no more, and begins anew when it is wanted again', async (t) => {
  const files = { 'COINBASE_BTCUSD_1m.csv': MINUTES };
  const { connection, trades, subscribed, play } = await aReplay(t, files);
  connection.subscribe([BTC]);
  connection.subscribe([BTC]);
  await play(2);
  connection.unsubscribe([BTC.instrumentId]);
  connection.subscribe([BTC]);
  await play(4);
  assert.deepEqual(trades.slice(2), trades.slice(0, 2));
  assert.deepEqual(subscribed, [BTC.instrumentId, BTC.instrumentId]);
});

test('after the end of a file the connection is still heard; closing ends that too', async (t) => {
  const { connection, heard, clock, play } = await aReplay(t, {
    'COINBASE_BTCUSD_1d.csv': `${HEADER}2016-10-07,1,1,1,1,1\n`,
  });
  connection.subscribe([BTC]);
  await play(4);
  const count = heard();
  clock.step();
  assert.equal(heard(), count + 1);
  const closing = connection.close();
  await closing;
  assert.deepEqual(await connection.ended, { kind: 'closed', error: undefined });
  assert.equal(clock.waiting(), 0, 'no heartbeat is to come');
});

test('a folder that is not there cannot be replayed', async () => {
  const { live } = createFiles({ folder: join(tmpdir(), 'pocketquant-nowhere'), clock: () => NOW });
  const ignored = (): void => undefined;
  const listener = {
    onTrade: ignored,
    onQuote: ignored,
    onSubscribed: ignored,
    onHeard: ignored,
    onRefused: ignored,
    onCorrected: ignored,
  };
  await assert.rejects(async () => live?.connect(listener, signal), { code: 'PROVIDER_UNAVAILABLE' });
});
