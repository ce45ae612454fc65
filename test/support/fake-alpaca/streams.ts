import type { FakeLive, FakeTrade } from '../fake-vendor/fake-live.ts';
import type { FakeServer } from '../fake-vendor/fake-server.ts';
import { openFakeSockets, type FakeClient, type FakeService, type FakeSockets } from '../fake-vendor/fake-sockets.ts';

const PATHS = new Set(['/v2/iex', '/v2/sip', '/v1beta1/boats', '/v1beta1/overnight', '/v1beta3/crypto/us']);
const CHANNELS = ['trades', 'quotes', 'bars', 'updatedBars', 'dailyBars'] as const;
const FREE_SYMBOLS = 30;

type Channel = (typeof CHANNELS)[number];

export interface FakeStreams extends FakeLive {
  readonly sockets: FakeSockets;
  /** A message such as `{T: 'q', …}` to whoever is subscribed to its symbol; the symbol is added. */
  tellOf(symbol: string, channel: Channel, message: object): void;
  /** An error to everybody. */
  sayError(code: number, msg: string): void;
}

interface Session {
  readonly client: FakeClient;
  isAuthenticated: boolean;
  readonly channels: Readonly<Record<Channel, Set<string>>>;
}

/** One socket a feed and account, 30 symbols on `iex`. */
export function openFakeStreams(
  server: FakeServer,
  accounts: Readonly<Record<string, string>>,
  authMs: number,
): FakeStreams {
  const sessions = new Set<Session>();
  const sockets = openFakeSockets(server.http, serve);

  function serve(client: FakeClient): FakeService | undefined {
    const path = client.url.pathname;
    if (!PATHS.has(path)) return undefined;
    const channels = {
      trades: new Set<string>(),
      quotes: new Set<string>(),
      bars: new Set<string>(),
      updatedBars: new Set<string>(),
      dailyBars: new Set<string>(),
    };
    const session: Session = { client, isAuthenticated: false, channels };
    client.send([{ T: 'success', msg: 'connected' }]);
    const late = setTimeout(() => fail(404, 'auth timeout'), authMs);

    function fail(code: number, msg: string): void {
      client.send([{ T: 'error', code, msg }]);
      if (code === 402 || code === 404 || code === 406) client.close(1000);
    }

    function authenticate({ key, secret }: Readonly<Record<string, unknown>>): void {
      if (session.isAuthenticated) return fail(403, 'already authenticated');
      if (typeof key !== 'string' || accounts[key] !== secret) return fail(402, `auth failed for ${String(secret)}`);
      const others = [...sessions].filter((other) => other.client.url.pathname === path);
      if (others.length > 0) return fail(406, 'connection limit exceeded');
      clearTimeout(late);
      session.isAuthenticated = true;
      sessions.add(session);
      client.send([{ T: 'success', msg: 'authenticated' }]);
    }

    function change(action: 'subscribe' | 'unsubscribe', lists: Readonly<Record<string, unknown>>): void {
      if (!session.isAuthenticated) return fail(401, 'not authenticated');
      const isOurs = (symbol: unknown): boolean =>
        typeof symbol === 'string' && symbol.includes('/') === path.startsWith('/v1beta3/crypto');
      const asked = CHANNELS.map((channel) => [channel, (lists[channel] ?? []) as readonly string[]] as const);
      if (!asked.every(([, symbols]) => Array.isArray(symbols) && symbols.every(isOurs)))
        return fail(400, 'invalid syntax');
      const symbols = new Set([...channels.trades, ...(asked[0][1] ?? [])]);
      if (action === 'subscribe' && path === '/v2/iex' && symbols.size > FREE_SYMBOLS)
        return fail(405, 'symbol limit exceeded');
      for (const [channel, some] of asked)
        for (const symbol of some) channels[channel][action === 'subscribe' ? 'add' : 'delete'](symbol);
      const all = Object.entries(channels).map(([channel, some]) => [channel, [...some]]);
      client.send([{ T: 'subscription', ...Object.fromEntries(all) }]);
    }

    return {
      onText(text) {
        let message: Readonly<Record<string, unknown>>;
        try {
          message = JSON.parse(text) as Readonly<Record<string, unknown>>;
        } catch {
          return fail(400, 'invalid syntax');
        }
        const { action } = message;
        if (action === 'auth') authenticate(message);
        else if (action === 'subscribe' || action === 'unsubscribe') change(action, message);
        else fail(400, 'invalid syntax');
      },
      onGone() {
        clearTimeout(late);
        sessions.delete(session);
      },
    };
  }

  function tell(symbol: string, message: object, isAsked: (session: Session) => boolean): void {
    for (const session of sessions) if (isAsked(session)) session.client.send([{ ...message, S: symbol }]);
  }

  /** As a stock's, or as a pair's. */
  function tradeMessage(symbol: string, { tradeId, eventTime, price, size, side = 'buy' }: FakeTrade): object {
    // Nanoseconds that must be cut off, not rounded.
    const t = new Date(eventTime).toISOString().replace('Z', '999999Z');
    const common = { T: 't', i: tradeId, p: price, s: size, t };
    if (symbol.includes('/')) return { ...common, tks: side === 'buy' ? 'B' : 'S' };
    return { ...common, x: 'V', c: ['@'], z: 'C' };
  }

  return {
    sockets,
    subscribed: () => new Set([...sessions].flatMap(({ channels }) => [...channels.trades])),
    trade: (symbol, trade) => tell(symbol, tradeMessage(symbol, trade), ({ channels }) => channels.trades.has(symbol)),
    tradeUnasked: (symbol, trade) => tell(symbol, tradeMessage(symbol, trade), () => true),
    tellOf: (symbol, channel, message) => tell(symbol, message, ({ channels }) => channels[channel].has(symbol)),
    sayError: (code, msg) => sockets.tell(JSON.stringify([{ T: 'error', code, msg }])),
  };
}
