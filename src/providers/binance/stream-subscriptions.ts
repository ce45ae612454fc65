import type { ProviderError } from '../../platform/errors/index.ts';
import type { JsonSocket } from '../../platform/sockets/index.ts';

const STREAMS = ['trade', 'bookTicker'];
const STREAMS_PER_CONNECTION = 1_024;
export const SYMBOLS_PER_CONNECTION = STREAMS_PER_CONNECTION / STREAMS.length;

const SYMBOLS_PER_MESSAGE = 100;
/** Binance takes 5 messages a second, our answers to its pings among them. */
const PAUSE_MS = 250;

export interface StreamSubscriptions {
  /** From now on exactly these; Binance is told of the difference, a message at a time. */
  want(symbols: readonly string[]): void;
  /** Binance sends all of this symbol: it has said so, and was not asked to stop. */
  isInEffect(symbol: string): boolean;
  /** Binance has answered a message. */
  answered(id: number, error: ProviderError | undefined): void;
  stop(): void;
}

type Method = 'SUBSCRIBE' | 'UNSUBSCRIBE';

interface Asked {
  readonly method: Method;
  readonly symbols: readonly string[];
  readonly isAnswered: () => void;
}

export interface SubscriptionListener {
  onConfirmed(symbols: readonly string[]): void;
  onRefused(symbols: readonly string[], error: ProviderError): void;
}

/** Keeps what Binance sends the same as what is wanted, within its limits. */
export function streamSubscriptions(socket: JsonSocket, listener: SubscriptionListener): StreamSubscriptions {
  /** With the message that asked for it. */
  const told = new Map<string, number>();
  const asked = new Map<number, Asked>();
  let wanted: ReadonlySet<string> = new Set();
  let pause: NodeJS.Timeout | undefined;
  let lastId = 0;

  function send(method: Method, symbols: readonly string[]): void {
    const params = symbols.flatMap((symbol) => STREAMS.map((stream) => `${symbol.toLowerCase()}@${stream}`));
    const id = ++lastId;
    socket.send({ method, params, id });
    asked.set(id, { method, symbols, isAnswered: socket.expect(`answer a ${method}`) });
    for (const symbol of symbols)
      if (method === 'SUBSCRIBE') told.set(symbol, id);
      else told.delete(symbol);
  }

  function tellNext(): void {
    pause = undefined;
    // What goes makes room for what comes.
    const gone = [...told.keys()].filter((symbol) => !wanted.has(symbol)).slice(0, SYMBOLS_PER_MESSAGE);
    const come = [...wanted].filter((symbol) => !told.has(symbol)).slice(0, SYMBOLS_PER_MESSAGE);
    if (gone.length > 0) send('UNSUBSCRIBE', gone);
    else if (come.length > 0) send('SUBSCRIBE', come);
    else return;
    pause = setTimeout(tellNext, PAUSE_MS);
  }

  return {
    isInEffect(symbol) {
      const id = told.get(symbol);
      return id !== undefined && !asked.has(id);
    },
    want(symbols) {
      wanted = new Set(symbols);
      if (pause === undefined) tellNext();
    },
    answered(id, error) {
      const answer = asked.get(id);
      asked.delete(id);
      answer?.isAnswered();
      if (answer === undefined || answer.method === 'UNSUBSCRIBE') return;
      if (error === undefined) return listener.onConfirmed(answer.symbols);
      const refused = answer.symbols.filter((symbol) => told.get(symbol) === id);
      for (const symbol of refused) told.delete(symbol);
      listener.onRefused(refused, error);
    },
    stop: () => clearTimeout(pause),
  };
}
