import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';

/** One client as a fake vendor sees it. */
export interface FakeClient {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** As JSON. */
  send(message: unknown): void;
  close(code: number, reason?: string): void;
}

/** How a fake vendor deals with one client. */
export interface FakeService {
  onText(text: string): void;
  /** The client is gone. */
  onGone?(): void;
}

/** The sockets of a fake vendor, and how they misbehave. */
export interface FakeSockets {
  /** Base URL of the live side. */
  readonly url: string;
  /** How many are open, and were ever opened. */
  readonly open: number;
  readonly opened: number;
  /** Every text that clients sent, oldest first, with the number of their socket. */
  readonly log: readonly { readonly socket: number; readonly text: string }[];
  /** What goes out instead of each message: nothing, other texts, the same twice. */
  tamper: (text: string) => readonly string[];
  /** A raw text to everybody. */
  tell(text: string): void;
  ping(): void;
  closeAll(code: number): void;
  /** A frame that ends in the middle of a text, then a reset. */
  cut(text: string): void;
  /** Nothing is read any more, not even a close. */
  freeze(): void;
  /** The next connections get no socket but this status, or no answer at all. */
  refuse(answer: FakeRefusal | 'silence' | undefined): void;
  close(): void;
}

/** What the suite for live vendors asks of their fakes. */
export type MisbehavingSockets = Pick<
  FakeSockets,
  'open' | 'tamper' | 'tell' | 'closeAll' | 'cut' | 'freeze' | 'refuse'
>;

export interface FakeRefusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Lets a server speak WebSocket.
 * @param serve begins with a client; `undefined` where nothing is served at its URL
 */
export function openFakeSockets(http: Server, serve: (client: FakeClient) => FakeService | undefined): FakeSockets {
  const socketServer = new WebSocketServer({ noServer: true });
  const clients = new Map<WebSocket, Duplex>();
  const log: { socket: number; text: string }[] = [];
  let opened = 0;
  let refusal: FakeRefusal | 'silence' | undefined;
  const silenced = new Set<Duplex>();

  http.on('upgrade', (request, wire, head) => {
    wire.on('error', () => undefined);
    if (refusal === 'silence') return void silenced.add(wire);
    if (refusal !== undefined) return refuseUpgrade(wire, refusal);
    socketServer.handleUpgrade(request, wire, head, (socket) => begin(socket, request, wire));
  });

  function begin(socket: WebSocket, { url = '/', headers }: IncomingMessage, wire: Duplex): void {
    const number = opened++;
    const send = (text: string): void => fake.tamper(text).forEach((sent) => socket.send(sent));
    clients.set(socket, wire);
    socket.on('error', () => undefined);
    const service = serve({
      url: new URL(url, fake.url),
      headers,
      send: (message) => send(JSON.stringify(message)),
      close: (code, reason) => socket.close(code, reason),
    });
    if (service === undefined) return socket.close(1008);
    socket.on('message', (data) => {
      const text = (data as Buffer).toString('utf8');
      log.push({ socket: number, text });
      service.onText(text);
    });
    socket.on('close', () => {
      clients.delete(socket);
      service.onGone?.();
    });
  }

  const { port } = http.address() as { readonly port: number };
  const fake: FakeSockets = {
    url: `ws://127.0.0.1:${port}`,
    get open() {
      return clients.size;
    },
    get opened() {
      return opened;
    },
    log,
    tamper: (text) => [text],
    tell: (text) => clients.forEach((_, socket) => socket.send(text)),
    ping: () => clients.forEach((_, socket) => socket.ping()),
    closeAll: (code) => clients.forEach((_, socket) => socket.close(code)),
    cut: (text) => clients.forEach((wire) => cutFrame(wire, Buffer.from(text))),
    freeze: () => clients.forEach((wire) => wire.pause()),
    refuse: (answer) => {
      refusal = answer;
    },
    close: () => {
      for (const socket of clients.keys()) socket.terminate();
      for (const wire of silenced) wire.destroy();
    },
  };
  return fake;
}

/** Answers a socket that is none yet with a status. */
export function refuseUpgrade(wire: Duplex, { status, headers = {} }: FakeRefusal): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  wire.end(`HTTP/1.1 ${status} No\r\n${lines.join('')}content-length: 0\r\nconnection: close\r\n\r\n`);
}

/** A frame that ends in the middle of a text, then a reset. */
export function cutFrame(wire: Duplex, text: Buffer): void {
  const header = Buffer.from([0x81, 126, text.length >> 8, text.length & 0xff]);
  wire.write(Buffer.concat([header, text.subarray(0, text.length >> 1)]), () => {
    (wire as Duplex & { resetAndDestroy(): void }).resetAndDestroy();
  });
}
