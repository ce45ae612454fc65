import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { FakeLive } from '../fake-vendor/fake-live.ts';
import { cutFrame, refuseUpgrade, type FakeRefusal } from '../fake-vendor/fake-sockets.ts';
import { framed } from './packets.ts';
import type { Quotes } from './quotes.ts';

export interface LiveClient {
  /** Below the WebSocket. */
  readonly wire: Duplex;
  readonly quotes: Quotes;
}

export interface LiveSide extends FakeLive {
  /** Whether a socket was refused before it was one. */
  refuses(wire: Duplex): boolean;
  close(): void;
}

/** What the suite for live vendors does to the fake; its texts are payloads of packets. */
export function liveSide(clients: ReadonlyMap<WebSocket, LiveClient>): LiveSide {
  const silenced = new Set<Duplex>();
  const volumes = new Map<string, number>();
  let refusal: FakeRefusal | 'silence' | undefined;

  /** Only as a change: the first values of whoever subscribes later are those of the seed. */
  const trade =
    (isUnasked: boolean): FakeLive['trade'] =>
    (symbol, { eventTime, price, size }) => {
      const volume = (volumes.get(symbol) ?? 0) + size;
      volumes.set(symbol, volume);
      const changed = { lp: price, lp_time: Math.floor(eventTime / 1_000), volume };
      for (const { quotes } of clients.values()) quotes.push(symbol, changed, isUnasked);
    };

  return {
    subscribed: () => new Set([...clients.values()].flatMap(({ quotes }) => quotes.subscribed())),
    trade: trade(false),
    tradeUnasked: trade(true),
    sockets: {
      get open() {
        return clients.size;
      },
      tamper: (text) => [text],
      tell: (text) => clients.forEach((_, socket) => socket.send(framed(text))),
      closeAll: (code) => clients.forEach((_, socket) => socket.close(code)),
      cut: (text) => clients.forEach(({ wire }) => cutFrame(wire, Buffer.from(framed(text)))),
      freeze: () => clients.forEach(({ wire }) => wire.pause()),
      refuse: (answer) => {
        refusal = answer;
      },
    },
    refuses(wire) {
      if (refusal === 'silence') silenced.add(wire);
      else if (refusal !== undefined) refuseUpgrade(wire, refusal);
      return refusal !== undefined;
    },
    close: () => silenced.forEach((wire) => wire.destroy()),
  };
}
