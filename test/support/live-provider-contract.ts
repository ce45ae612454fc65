import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { FakeLive, FakeTrade } from './fake-vendor/fake-live.ts';
import type { FakeRefusal } from './fake-vendor/fake-sockets.ts';
import { until } from './until.ts';
import { whatIsHeard } from './what-is-heard.ts';
import { ProviderError, type ErrorCode } from '../../src/platform/errors/index.ts';
import type { LiveConnection, LiveData, LiveEnd } from '../../src/providers/contract/live-connection.ts';
import type { MarketDataProvider } from '../../src/providers/contract/market-data-provider.ts';
import type { RequestedInstrument } from '../../src/providers/contract/requested-instrument.ts';

/** Monday, while New York trades. */
export const LIVE_START = Date.UTC(2026, 0, 5, 15);
/** Its exchange is nobody's, its code may be anybody's. */
const ELSEWHERE = { instrumentId: 'NOWHERE:ABC', symbol: undefined } as RequestedInstrument;

export interface LiveUnderTest {
  readonly provider: MarketDataProvider;
  readonly fake: FakeLive;
  /** Two that the fake knows, with the vendor's own code. */
  readonly instruments: readonly [LiveInstrument, LiveInstrument];
  /** The vendor knows no such symbol. */
  readonly unknown: RequestedInstrument;
}

export interface LiveInstrument {
  readonly requested: RequestedInstrument;
  /** As the fake calls it. */
  readonly vendorSymbol: string;
}

/** To be handed to the provider, so that tests are quick. */
export const LIVE_PATIENCE = { connectMs: 400, answerMs: 400, closeMs: 100 };

/**
 * What every vendor that is live must do, through real sockets. Prices are compared, which trades and quotes have alike:
 * of a feed of quotes a trade is heard as a change of `last`.
 */
export function testLive(name: string, make: (t: TestContext) => Promise<LiveUnderTest>): void {
  const check = (what: string, body: (world: World) => Promise<void>): void =>
    void test(`${name} live: ${what}`, async (t) => {
      const world = await aWorld(t, await make(t));
      await body(world);
      assert.deepEqual(world.heard.early, [], 'a subscription is told before what it brings');
    });

  check('what happens is heard in order, as it was told', async ({ connect, first, live, heard }) => {
    await (await connect()).subscribed(first);
    for (const price of [10, 11, 10.5, 9.25]) first.trade(price);
    await heard(4);
    assert.deepEqual(heard.prices(first), [10, 11, 10.5, 9.25]);
    assert.ok(heard.beats() > 0);
    if (live.kind === 'trades') {
      const told = heard.trades.map(({ instrumentId, eventTime, size }) => [instrumentId, eventTime, size]);
      assert.deepEqual(
        told,
        first.traded.map(({ eventTime, size }) => [first.id, eventTime, size]),
      );
      assert.equal(new Set(heard.trades.map(({ tradeId }) => tradeId)).size, 4);
    }
  });

  check('each instrument has its own', async ({ connect, first, second, heard }) => {
    await (await connect()).subscribed(first, second);
    for (const price of [1, 2, 3]) {
      first.trade(price);
      second.trade(price * 100);
    }
    await heard(6);
    assert.deepEqual(
      [heard.prices(first), heard.prices(second)],
      [
        [1, 2, 3],
        [100, 200, 300],
      ],
    );
  });

  check('one that is subscribed already is left alone', async ({ connect, first, second, heard }) => {
    const { connection, subscribed } = await connect();
    await subscribed(first);
    connection.subscribe([first.requested]);
    await subscribed(second);
    first.trade(1);
    second.trade(2);
    await heard(2);
    assert.deepEqual([heard.prices(first), heard.prices(second)], [[1], [2]]);
  });

  check('one that is unsubscribed is not heard, and can come back', async ({ connect, first, second, heard, fake }) => {
    const { connection, subscribed } = await connect();
    await subscribed(first, second);
    connection.unsubscribe([first.id]);
    await until(() => !fake.subscribed().has(first.vendorSymbol), 'the vendor is told');
    first.trade(1);
    second.trade(2);
    await heard(1);
    assert.deepEqual([heard.prices(first), heard.prices(second)], [[], [2]]);
    await subscribed(first);
    first.trade(3);
    await heard(2);
    assert.deepEqual(heard.prices(first), [3]);
  });

  check('that it is subscribed is told once, and again when it was left in between', async (world) => {
    const { connect, first, second, heard, fake } = world;
    const { connection, subscribed } = await connect();
    await subscribed(first);
    await until(() => heard.subscribed.length > 0, 'the first is told');
    await subscribed(first, second);
    await until(() => heard.subscribed.length > 1, 'the second is told');
    first.trade(1);
    second.trade(2);
    await heard(2);
    assert.deepEqual(heard.subscribed, [first.id, second.id]);
    for (const isTaken of [true, false]) {
      connection.unsubscribe([first.id]);
      if (isTaken) await until(() => !fake.subscribed().has(first.vendorSymbol), 'the vendor is told');
      const count = heard.subscribed.length;
      await subscribed(first);
      await until(() => heard.subscribed.length > count, 'it is told again');
    }
    assert.deepEqual(heard.subscribed, [first.id, second.id, first.id, first.id]);
  });

  check('that it is subscribed is not told before the vendor says or shows it', async (world) => {
    const { connect, first, heard, fake } = world;
    const { connection } = await connect();
    const held: string[] = [];
    fake.sockets.tamper = (text) => {
      held.push(text);
      return [];
    };
    connection.subscribe([first.requested]);
    await until(() => held.length > 0, 'an answer');
    await pause(50); // what else is asked of the vendor is answered
    assert.deepEqual(heard.subscribed, []);
    fake.sockets.tamper = (text) => [text];
    held.forEach((text) => fake.sockets.tell(text));
    await until(() => heard.subscribed.length > 0, 'it is told');
    first.trade(1);
    await heard(1);
    assert.deepEqual(heard.subscribed, [first.id]);
  });

  check('a subscription of which nothing is ever heard is refused, or ends the connection, in time', async (world) => {
    const { connect, first, heard, fake } = world;
    const { connection } = await connect();
    fake.sockets.tamper = () => [];
    let end: LiveEnd | undefined;
    void connection.ended.then((told) => (end = told));
    connection.subscribe([first.requested]);
    await until(() => end !== undefined || heard.refused.length > 0, 'an end of the wait');
    assert.equal(end?.error?.code ?? heard.refused[0][1].code, 'PROVIDER_TIMEOUT');
    assert.deepEqual(heard.subscribed, []);
  });

  check('a trade left over from the subscription before is not taken for the new one', async (world) => {
    const { connect, live, first, heard, fake } = world;
    if (live.kind === 'quotes') return; // the first values are the answer; nothing tells them from what is left over
    const { connection, subscribed } = await connect();
    await subscribed(first);
    await until(() => heard.subscribed.length === 1, 'it is told');
    connection.unsubscribe([first.id]);
    await until(() => !fake.subscribed().has(first.vendorSymbol), 'the vendor is told');
    const held: string[] = [];
    fake.sockets.tamper = (text) => {
      if (text.includes('4321')) return [text];
      held.push(text);
      return [];
    };
    connection.subscribe([first.requested]);
    const beats = heard.beats();
    fake.tradeUnasked(first.vendorSymbol, { tradeId: 900, eventTime: LIVE_START, price: 4321, size: 1 });
    await until(() => heard.beats() > beats, 'the trade');
    assert.deepEqual([heard.prices(first), heard.subscribed], [[], [first.id]]);
    fake.sockets.tamper = (text) => [text];
    held.forEach((text) => fake.sockets.tell(text));
    await until(() => heard.subscribed.length === 2, 'it is told again');
  });

  check('what nobody asked for is left out', async ({ connect, first, second, heard, fake }) => {
    await (await connect()).subscribed(first);
    fake.tradeUnasked(second.vendorSymbol, { tradeId: 900, eventTime: LIVE_START, price: 7, size: 1 });
    first.trade(1);
    await heard(1);
    assert.deepEqual([heard.prices(first), heard.prices(second)], [[1], []]);
  });

  for (const what of ['an unknown symbol', 'the instrument of another exchange'] as const)
    check(`${what} is refused as such, and the others go on`, async ({ connect, first, heard, unknown }) => {
      const asked = what === 'an unknown symbol' ? unknown : ELSEWHERE;
      const { connection, subscribed } = await connect();
      connection.subscribe([asked]);
      await subscribed(first);
      await until(() => heard.refused.length > 0, 'the refusal');
      first.trade(1);
      await heard(1);
      assert.deepEqual(
        heard.refused.map(([id, error]) => [id, error.code]),
        [[asked.instrumentId, 'PROVIDER_SYMBOL_UNKNOWN']],
      );
      assert.match(heard.refused[0][1].message, new RegExp(name, 'i'), 'a message names the vendor');
      assert.deepEqual(heard.subscribed, [first.id]);
    });

  for (const code of [1000, 1001])
    check(`a close with ${code} is a clean end, with all that came before it`, async (world) => {
      const { connect, first, fake, heard } = world;
      const { connection, subscribed } = await connect();
      await subscribed(first);
      first.trade(1);
      fake.sockets.closeAll(code);
      assert.equal((await connection.ended).kind, 'clean');
      assert.deepEqual(heard.prices(first), [1]);
    });

  for (const what of ['another code', 'a reset inside a frame'] as const)
    check(`${what} is a lost connection, with the reason`, async ({ connect, first, fake }) => {
      const { connection, subscribed } = await connect();
      await subscribed(first);
      if (what === 'another code') fake.sockets.closeAll(1011);
      else fake.sockets.cut(JSON.stringify({ half: 'x'.repeat(300) }));
      const { kind, error } = await connection.ended;
      assert.equal(kind, 'lost');
      assert.ok(error instanceof ProviderError && error.isRetryable, String(error));
    });

  check('cut JSON and HTML are a lost connection', async ({ connect, first, fake, heard }) => {
    for (const text of ['{"a":[', '<!DOCTYPE html><html></html>']) {
      const { connection, subscribed } = await connect();
      await subscribed(first);
      fake.sockets.tell(text);
      const { kind, error } = await connection.ended;
      assert.deepEqual([kind, error?.code], ['lost', 'PROVIDER_ANSWER_INVALID'], text);
    }
    assert.deepEqual(heard.trades, []);
  });

  check('JSON of another shape is nothing, or a lost connection, and never a trade', async (world) => {
    const { connect, first, fake, heard } = world;
    for (const text of ['null', '7', '"x"', '[]', '{}', '[null]', '[[]]', '[{}]', '{"data":null}', '{"stream":1}']) {
      const { connection, subscribed } = await connect();
      await subscribed(first);
      fake.sockets.tell(text);
      fake.sockets.closeAll(1000);
      const { kind, error } = await connection.ended;
      assert.ok(kind === 'clean' || error?.code === 'PROVIDER_ANSWER_INVALID', `${text}: ${kind} ${String(error)}`);
    }
    assert.deepEqual([heard.trades, heard.quotes], [[], []]);
  });

  check('a trade with a field that is no value is never heard', async ({ connect, first, second, fake, heard }) => {
    for (const price of ['null', '"x"', '{}']) {
      const { connection, subscribed } = await connect();
      await subscribed(first, second);
      let spoiled = 0;
      fake.sockets.tamper = (text) => {
        const changed = text.replace(/"?4321(\.0+)?"?/, price);
        if (changed !== text) spoiled++;
        return [changed];
      };
      first.trade(4321);
      assert.equal(spoiled, 1);
      fake.sockets.closeAll(1000);
      await connection.ended;
    }
    assert.deepEqual(heard.prices(first), []);
  });

  check('closing ends it, twice if need be, and nothing is heard afterwards', async (world) => {
    const { connect, first, fake, heard } = world;
    const { connection, subscribed } = await connect();
    await subscribed(first);
    const closing = connection.close();
    first.trade(1);
    await closing;
    await connection.close();
    assert.deepEqual(await connection.ended, { kind: 'closed', error: undefined });
    connection.subscribe([first.requested, ELSEWHERE]);
    connection.unsubscribe([first.id]);
    await until(() => fake.sockets.open === 0, 'no socket is left');
    assert.deepEqual([heard.trades, heard.quotes, heard.refused], [[], [], []]);
  });

  check('closing does not wait for a vendor that does not answer', async ({ connect, first, fake }) => {
    const { connection, subscribed } = await connect();
    await subscribed(first);
    fake.sockets.freeze();
    await connection.close();
    assert.equal((await connection.ended).kind, 'closed');
  });

  check('closing the provider closes it', async ({ connect, first, provider }) => {
    const { connection, subscribed } = await connect();
    await subscribed(first);
    await provider.close();
    assert.equal((await connection.ended).kind, 'closed');
  });

  const refusals: readonly (readonly [answer: FakeRefusal | 'silence', code: ErrorCode])[] = [
    ['silence', 'PROVIDER_TIMEOUT'],
    [{ status: 403 }, 'PROVIDER_REFUSED'],
    [{ status: 429 }, 'PROVIDER_RATE_LIMITED'],
    [{ status: 503 }, 'PROVIDER_UNAVAILABLE'],
  ];
  for (const [answer, code] of refusals)
    check(
      `${answer === 'silence' ? answer : answer.status} to a connection is ${code}, in time`,
      async ({ connect, fake }) => {
        fake.sockets.refuse(answer);
        await assert.rejects(connect(), { code, message: new RegExp(name, 'i') });
        fake.sockets.refuse(undefined);
        await (await connect()).connection.close();
      },
    );

  check('a vendor that accepts and never greets is PROVIDER_TIMEOUT, or is not waited for', async (world) => {
    const { connect, fake, first } = world;
    fake.sockets.tamper = () => [];
    const connecting = connect();
    try {
      const { connection } = await connecting;
      connection.subscribe([first.requested]);
      assert.equal((await connection.ended).error?.code, 'PROVIDER_TIMEOUT');
    } catch (error) {
      assert.ok(error instanceof ProviderError, String(error));
      assert.equal(error.code, 'PROVIDER_TIMEOUT');
    }
  });

  check('a signal ends connecting, with its reason', async ({ connect, fake }) => {
    fake.sockets.refuse('silence');
    const controller = new AbortController();
    const connecting = connect(controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await assert.rejects(connecting, /enough/);
  });

  check('what it says of itself makes sense', async ({ live, connect }) => {
    assert.ok(live.instrumentsPerConnection > 0 && live.silenceMs >= 1_000);
    assert.ok(live.quietMs === undefined || live.quietMs > live.silenceMs, 'heartbeats come more often than data');
    await connect();
  });
}

type World = Awaited<ReturnType<typeof aWorld>>;

async function aWorld(t: TestContext, { provider, fake, instruments, unknown }: LiveUnderTest) {
  t.after(() => provider.close());
  const { live } = provider;
  assert.ok(live !== undefined);
  const heard = whatIsHeard(live);

  const handles = instruments.map(({ requested, vendorSymbol }) => {
    const traded: FakeTrade[] = [];
    return {
      requested,
      vendorSymbol,
      id: requested.instrumentId,
      traded,
      trade(price: number): void {
        const tradeId = traded.length + 1;
        const trade = { tradeId, eventTime: LIVE_START + tradeId * 250, price, size: tradeId };
        traded.push(trade);
        fake.trade(vendorSymbol, trade);
      },
    };
  });
  const [first, second] = handles;

  async function connect(signal = new AbortController().signal) {
    const connection: LiveConnection = await (live as LiveData).connect(heard.listener, signal);
    t.after(() => connection.close());
    const subscribed = async (...wanted: readonly (typeof first)[]): Promise<void> => {
      connection.subscribe(wanted.map(({ requested }) => requested));
      const isTaken = (): boolean => wanted.every(({ vendorSymbol }) => fake.subscribed().has(vendorSymbol));
      await until(isTaken, 'the vendor takes a subscription');
    };
    return { connection, subscribed };
  }

  return await Promise.resolve({ provider, live, fake, first, second, unknown, heard, connect });
}
