import { createServer, ServerResponse, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TestContext } from 'node:test';
import { WebSocketServer, type WebSocket } from 'ws';
import { answerCharts, type ChartsOptions } from './charts.ts';
import type { FakeLive } from '../fake-vendor/fake-live.ts';
import { liveSide, type LiveClient } from './live.ts';
import { framed, textOf } from './packets.ts';
import { answerQuotes } from './quotes.ts';
import type { SeedSymbol } from './seed.ts';

/** A server that speaks the chart protocol on a free port, and misbehaves when told to. */
export interface FakeTradingView extends FakeLive {
  readonly wsUrl: string;
  readonly searchUrl: string;
  readonly symbols: Map<string, SeedSymbol>;
  /** The server's clock, epoch ms. */
  now: number;
  /** Symbols that end the quote session in which they are asked for, with the reason that is told. */
  readonly deadly: Map<string, string>;
  /** Symbols of which no quote is ever told. */
  readonly mute: Set<string>;
  /** Bars of the next answers, each of which then says that there are no older ones; none once the list is over. */
  throttledTo: number[];
  /** What it was sent, in order. */
  readonly log: Received[];
  /** What a client did that the vendor does not accept. */
  readonly complaints: string[];
  /** How many sockets were opened. */
  readonly opened: () => number;
  /** How many sockets are open. */
  readonly open: () => number;
  /** Answers the next message of a method (or `connect`) in another way; several wait for one message each. */
  script(method: string, fault: Fault): void;
  /** The same for the next request before it is a socket, and for the next search. */
  scriptHttp(what: 'upgrade' | 'search', fault: HttpFault): void;
  /** Sends a heartbeat to every socket and waits for their echoes. */
  beat(): Promise<void>;
  /** Changes some fields of a symbol's quote, and tells those of it who asked for them. */
  quote(symbol: string, changed: Readonly<Record<string, unknown>>): void;
  /** Sends a text, framed or not, to every socket. */
  tell(text: string): void;
  /** Closes every socket with a code. */
  hangUp(code: number): void;
}

export interface Received {
  readonly socket: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

export interface Exchange {
  /** The messages of the ordinary answer; the server answers in its mind only when they are read. */
  readonly answer: readonly unknown[];
  readonly params: readonly unknown[];
  readonly socket: WebSocket;
  /** Below the WebSocket. */
  readonly wire: Duplex;
  /** Sends messages in one text, each as a packet; a text is a packet as it is. */
  send(messages: readonly unknown[]): void;
}
export type Fault = (exchange: Exchange) => void;
export type HttpFault = (answer: ServerResponse) => void;

export interface FakeOptions {
  readonly now: number;
  readonly symbols?: Readonly<Record<string, SeedSymbol>>;
  readonly pageMaximum?: number;
  readonly seriesMaximum?: number;
  /** Within which a heartbeat must be echoed. */
  readonly echoMs?: number;
}

interface Client extends LiveClient {
  readonly beat: () => Promise<void>;
}

const ORIGIN = 'https://www.tradingview.com';

export async function startFakeTradingView(t: TestContext, options: FakeOptions): Promise<FakeTradingView> {
  const log: Received[] = [];
  const complaints: string[] = [];
  const scripts = new Map<string, Fault[]>();
  const httpScripts = new Map<string, HttpFault[]>();
  const sockets = new Map<WebSocket, Client>();
  const live = liveSide(sockets);
  let opened = 0;
  let beats = 0;

  const server = createServer((request, response) => {
    const fault = httpScripts.get('search')?.shift();
    if (fault !== undefined) return fault(response);
    return search(request, response);
  });
  const socketServer = new WebSocketServer({ noServer: true, perMessageDeflate: true });

  server.on('upgrade', (request, wire, head) => {
    wire.on('error', () => undefined);
    if (live.refuses(wire)) return;
    const fault = httpScripts.get('upgrade')?.shift();
    if (fault !== undefined) return answerUpgrade(request, wire as Socket, fault);
    const path = '/socket.io/websocket?from=chart&type=chart';
    if (!isBrowser(request) || request.url !== path)
      return void wire.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    socketServer.handleUpgrade(request, wire, head, (socket) => serve(socket, wire));
  });

  function serve(socket: WebSocket, wire: Duplex): void {
    const number = opened++;
    const charts: ChartsOptions = {
      symbols: fake.symbols,
      now: () => fake.now,
      throttledTo: () => fake.throttledTo.shift(),
      pageMaximum: options.pageMaximum ?? 5_000,
      seriesMaximum: options.seriesMaximum ?? Infinity,
    };
    const answer = answerCharts(charts);
    const quotes = answerQuotes(fake.symbols, (messages) => send(messages), fake);
    let awaited: { readonly packet: string; readonly arrived: () => void } | undefined;
    let isAuthorised = false;
    let isExpired = false;
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    sockets.set(socket, { beat, quotes, wire });

    function beat(): Promise<void> {
      return new Promise((resolve) => {
        const packet = framed(`~h~${++beats}`);
        const timer = setTimeout(() => complain(`no echo of ${packet}`), options.echoMs ?? 1_000);
        const arrived = (): void => {
          clearTimeout(timer);
          awaited = undefined;
          resolve();
        };
        socket.once('close', arrived);
        awaited = { packet, arrived };
        socket.send(packet);
      });
    }

    function complain(what: string): void {
      complaints.push(what);
      socket.close(1002);
    }

    socket.on('message', (data) => {
      for (let text = (data as Buffer).toString('utf8'); text !== '';) {
        const header = /^~m~(\d+)~m~/.exec(text);
        const length = Number(header?.[1]);
        const payload = text.slice(header?.[0].length, (header?.[0].length ?? 0) + length);
        if (header === null || payload.length !== length) return complain(`no packet: ${text}`);
        text = text.slice(header[0].length + length);
        if (awaited?.packet === framed(payload)) awaited.arrived();
        else if (payload.startsWith('~h~')) return complain(`an echo of nothing: ${payload}`);
        else take(payload);
      }
    });

    function take(payload: string): void {
      const { m: method, p: params } = JSON.parse(payload) as { m: string; p: readonly unknown[] };
      log.push({ socket: number, method, params });
      if (method === 'set_auth_token') {
        const expiresAt = expiryOf(String(params[0]));
        isExpired = expiresAt !== undefined && expiresAt <= fake.now;
        const known = ['unauthorized_user_token', 'good-token'];
        isAuthorised = expiresAt !== undefined || known.includes(String(params[0]));
        if (!isAuthorised) {
          send([{ m: 'protocol_error', p: ['bad auth token'] }]);
          socket.close(1000);
        }
        return;
      }
      if (!isAuthorised) return complain(`${method} before set_auth_token`);
      if (isExpired) return; // nothing but heartbeats
      act(method, params, () => (method.startsWith('quote_') ? quotes.answer : answer)(method, params));
    }

    function act(method: string, params: readonly unknown[], messages: () => readonly unknown[]): void {
      const fault = scripts.get(method)?.shift();
      if (fault === undefined) return send(messages());
      fault({
        get answer() {
          return messages();
        },
        params,
        socket,
        wire,
        send,
      });
    }

    function send(messages: readonly unknown[]): void {
      const payloads = messages.flatMap((message) => live.sockets.tamper(textOf(message)));
      if (payloads.length > 0) socket.send(payloads.map(framed).join(''));
    }

    act('connect', [], () => [{ session_id: 'x', timestamp: Math.floor(fake.now / 1_000), protocol: 'json' }]);
  }

  function search(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://fake');
    if (!isBrowser(request) || url.pathname !== '/symbol_search/v3/') return void response.writeHead(403).end();
    const text = url.searchParams.get('text') ?? '';
    log.push({ socket: -1, method: 'search', params: [text] });
    const found = [...fake.symbols].filter(([name]) => name.includes(text.toUpperCase()));
    const symbols = found.map(([name, { info }]) => {
      const [exchange, symbol] = name.split(':');
      const { description, type, currency_code } = info;
      return { symbol, description, type, exchange: `${exchange} Board`, currency_code };
    });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ symbols_remaining: 0, symbols }));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  t.after(async () => {
    for (const socket of sockets.keys()) socket.terminate();
    live.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const fake: FakeTradingView = {
    sockets: live.sockets,
    subscribed: () => live.subscribed(),
    trade: live.trade,
    tradeUnasked: live.tradeUnasked,
    wsUrl: `ws://127.0.0.1:${port}`,
    searchUrl: `http://127.0.0.1:${port}`,
    symbols: new Map(Object.entries(options.symbols ?? {})),
    now: options.now,
    deadly: new Map(),
    mute: new Set(),
    throttledTo: [],
    log,
    complaints,
    opened: () => opened,
    open: () => sockets.size,
    script: (method, fault) => void scripts.set(method, [...(scripts.get(method) ?? []), fault]),
    scriptHttp: (what, fault) => void httpScripts.set(what, [...(httpScripts.get(what) ?? []), fault]),
    async beat() {
      await Promise.all([...sockets.values()].map(({ beat }) => beat()));
    },
    quote(symbol, changed) {
      const seed = fake.symbols.get(symbol);
      if (seed !== undefined) seed.quote = { ...seed.quote, ...changed };
      for (const { quotes } of sockets.values()) quotes.push(symbol, changed);
    },
    tell: (text) => sockets.forEach((_, socket) => socket.send(text)),
    hangUp: (code) => sockets.forEach((_, socket) => socket.close(code)),
  };
  return fake;
}

/** A token that expires, as those of logged-in accounts do. @param expiresAt UTC epoch ms */
export function tokenUntil(expiresAt: number): string {
  const parts = [JSON.stringify({ alg: 'RS512' }), JSON.stringify({ user_id: 1, exp: expiresAt / 1_000 }), 'signature'];
  return parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
}

function expiryOf(token: string): number | undefined {
  const [, payload, signature] = token.split('.');
  if (signature === undefined) return undefined;
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number }).exp * 1_000;
}

function isBrowser({ headers }: IncomingMessage): boolean {
  return headers.origin === ORIGIN && (headers['user-agent'] ?? '').startsWith('Mozilla/5.0 ');
}

function answerUpgrade(request: IncomingMessage, wire: Socket, fault: HttpFault): void {
  const response = new ServerResponse(request);
  response.assignSocket(wire);
  response.on('finish', () => wire.destroySoon());
  fault(response);
}
