import type { FakeLive, FakeTrade } from '../fake-vendor/fake-live.ts';
import { openFakeSockets, type FakeClient, type FakeService, type FakeSockets } from '../fake-vendor/fake-sockets.ts';
import type { FakeServer } from '../fake-vendor/fake-server.ts';

const MOST_STREAMS = 1_024;
const MESSAGES_PER_SECOND = 5;
const STREAM = /^[^A-Z@]+@(trade|aggTrade|bookTicker|kline_\d+[smhdwM])$/;

export interface FakeBook {
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
}

export interface FakeStreams extends FakeLive {
  readonly sockets: FakeSockets;
  /** What clients did that the vendor does not take: they are hung up on. */
  readonly complaints: readonly string[];
  /** The best bid and ask of a symbol change. */
  book(symbol: string, book: FakeBook): void;
  /** Warns everybody that they will be cut off. */
  shutDown(): void;
}

interface Request {
  readonly method?: unknown;
  readonly params?: unknown;
  readonly id?: unknown;
}

/** The combined stream, `/stream`. Names that nobody knows stay silent. */
export function openFakeStreams(server: FakeServer): FakeStreams {
  const complaints: string[] = [];
  const clients = new Map<FakeClient, Set<string>>();
  const sockets = openFakeSockets(server.http, serve);

  function serve(client: FakeClient): FakeService | undefined {
    if (client.url.pathname !== '/stream') return undefined;
    const streams = new Set((client.url.searchParams.get('streams') ?? '').split('/').filter((name) => name !== ''));
    clients.set(client, streams);
    const sentAt: number[] = [];
    return {
      onText(text) {
        sentAt.push(performance.now());
        const inLastSecond = sentAt.filter((time) => time > performance.now() - 1_000).length;
        if (inLastSecond > MESSAGES_PER_SECOND) return complain(client, `${inLastSecond} messages in a second`);
        client.send(answerTo(text, streams));
      },
      onGone: () => void clients.delete(client),
    };
  }

  function complain(client: FakeClient, what: string): void {
    complaints.push(what);
    client.close(1008, what);
  }

  function answerTo(text: string, streams: Set<string>): object {
    let request: Request;
    try {
      request = JSON.parse(text) as Request;
    } catch {
      return { error: { code: 3, msg: 'Invalid JSON: expected value at line 1 column 1' } };
    }
    const { method, params, id } = request;
    const names: readonly unknown[] = Array.isArray(params) ? params : [];
    if (typeof id !== 'number') return { code: 2, msg: 'Invalid request: request ID must be an unsigned integer' };
    if (method !== 'SUBSCRIBE' && method !== 'UNSUBSCRIBE') return { error: { code: 2, msg: 'Invalid request' }, id };
    for (const name of names)
      if (typeof name !== 'string' || !STREAM.test(name))
        return { code: 2, msg: `Invalid request: ${String(name)}`, id };
    const asked = new Set([...streams, ...names.map(String)]);
    if (method === 'SUBSCRIBE' && asked.size > MOST_STREAMS) return { error: { code: 2, msg: 'Too many streams' }, id };
    for (const name of names.map(String)) streams[method === 'SUBSCRIBE' ? 'add' : 'delete'](name);
    return { result: null, id };
  }

  function tell(stream: string, data: object, isAsked: (streams: ReadonlySet<string>) => boolean): void {
    for (const [client, streams] of clients) if (isAsked(streams)) client.send({ stream, data });
  }

  function trade(symbol: string, { eventTime, tradeId, price, size, side = 'buy' }: FakeTrade, unasked: boolean): void {
    const stream = `${symbol.toLowerCase()}@trade`;
    const data = {
      e: 'trade',
      E: Math.round(server.now),
      s: symbol,
      t: tradeId,
      p: price.toFixed(8),
      q: size.toFixed(8),
      T: eventTime,
      m: side === 'sell',
      M: true,
    };
    tell(stream, data, (streams) => unasked || streams.has(stream));
  }

  return {
    sockets,
    complaints,
    subscribed: () => {
      const names = [...clients.values()].flatMap((streams) => [...streams]);
      return new Set(names.flatMap((name) => (name.endsWith('@trade') ? [name.slice(0, -6).toUpperCase()] : [])));
    },
    trade: (symbol, what) => trade(symbol, what, false),
    tradeUnasked: (symbol, what) => trade(symbol, what, true),
    book(symbol, { bid, bidSize, ask, askSize }) {
      const stream = `${symbol.toLowerCase()}@bookTicker`;
      const [b, B, a, A] = [bid, bidSize, ask, askSize].map((value) => value.toFixed(8));
      tell(stream, { u: 1, s: symbol, b, B, a, A }, (streams) => streams.has(stream));
    },
    shutDown: () => clients.forEach((_, client) => client.send({ e: 'serverShutdown', E: Math.round(server.now) })),
  };
}
