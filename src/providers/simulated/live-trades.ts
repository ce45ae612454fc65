import type { InstrumentId } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { systemTimer, type Timer } from '../../platform/requests/index.ts';
import type { LiveConnection, LiveData, LiveEnd, LiveListener } from '../contract/index.ts';
import { firstTradeFrom, timeOfTrade, tradeAt } from './minute.ts';
import { seedOf } from './price-path.ts';

export interface SimulatedOptions {
  /** UTC epoch ms: what is live. */
  readonly clock: () => number;
  readonly timer?: Timer;
}

const INSTRUMENTS_PER_CONNECTION = 1_000;
const SILENCE_MS = 30_000;
/** A machine that slept longer does not catch up: what it missed is history. Nor does it wait where its clock is set back. */
const LONGEST_LAG_MS = 60_000;

/** Trades as they happen, and the prices around them. Those of a whole minute make its bar to the last unit. */
export function liveTrades(options: SimulatedOptions): LiveData {
  return {
    kind: 'trades',
    instrumentsPerConnection: INSTRUMENTS_PER_CONNECTION,
    silenceMs: SILENCE_MS,
    connect: async (listener, signal) => {
      signal.throwIfAborted();
      return await Promise.resolve(play(listener, options));
    },
  };
}

function play(listener: LiveListener, { clock, timer = systemTimer }: SimulatedOptions): LiveConnection {
  const seeds = new Map<InstrumentId, number>();
  const ended = Promise.withResolvers<LiveEnd>();
  let next = firstTradeFrom(clock());
  let cancel = wait();
  let isOver = false;

  function wait(): () => void {
    return timer(Math.max(0, timeOfTrade(next) - clock()), onTime);
  }

  function onTime(): void {
    const now = clock();
    if (Math.abs(now - timeOfTrade(next)) > LONGEST_LAG_MS) return end({ kind: 'lost', error: overslept() });
    listener.onHeard();
    for (; timeOfTrade(next) <= now; next++)
      for (const [instrumentId, seed] of seeds) {
        const [trade, quote] = tradeAt(seed, instrumentId, next);
        listener.onTrade(trade);
        listener.onQuote(quote);
      }
    cancel = wait();
  }

  function end(how: LiveEnd): void {
    isOver = true;
    cancel();
    seeds.clear();
    ended.resolve(how);
  }

  return {
    subscribe(instruments) {
      for (const { instrumentId } of instruments) {
        if (isOver || seeds.has(instrumentId)) continue;
        seeds.set(instrumentId, seedOf(instrumentId));
        listener.onSubscribed(instrumentId);
      }
    },
    unsubscribe(instruments) {
      for (const instrumentId of instruments) seeds.delete(instrumentId);
    },
    ended: ended.promise,
    async close() {
      end({ kind: 'closed', error: undefined });
      await ended.promise;
    },
  };
}

function overslept(): ProviderError {
  return new ProviderError(
    'PROVIDER_UNAVAILABLE',
    'simulated: the clock went on without us, or was set; what it passed is history',
  );
}
