import {
  barsOf,
  columnsOfRows,
  concatColumns,
  epochMs,
  firstIndexFrom,
  instrumentId,
  openTimeAt,
  partsOutside,
  PROVISIONAL,
  sliceColumns,
  type BarColumns,
  type BarInterval,
  type InstrumentId,
  type Span,
} from '../../src/market/index.ts';
import type { LivePort } from '../../src/features/live/port.ts';
import { ProviderError, type ErrorCode } from '../../src/platform/errors/index.ts';
import {
  VendorClock,
  type BarsRequest,
  type LiveConnection,
  type LiveData,
  type LiveEnd,
  type LiveListener,
  type MarketDataProvider,
} from '../../src/providers/contract/index.ts';
import { tradeHistory } from './fake-binance/trade-history.ts';
import type { FakeTrade } from './fake-vendor/fake-live.ts';

export const ID = instrumentId('VENDOR:THING');

/** One connection to it, as the vendor sees it. */
export interface VendorConnection {
  readonly listener: LiveListener;
  readonly subscribed: Set<InstrumentId>;
  /** Every subscription that was asked for, in order. */
  readonly asked: InstrumentId[];
  isClosed: boolean;
  end(end: LiveEnd): void;
}

export interface LiveVendorOptions {
  readonly name?: string;
  readonly intervals?: readonly BarInterval[];
  readonly kind?: LiveData['kind'];
  readonly instrumentsPerConnection?: number;
  readonly silenceMs?: number;
  /** Its own clock, UTC epoch ms, which its answers tell in whole seconds; default: it has none. */
  readonly time?: () => number;
  readonly quietMs?: number;
}

/** A vendor whose history is what was traded, without a network: it does what a test says, when it says it. */
export class LiveVendor {
  readonly history = tradeHistory();
  readonly connections: VendorConnection[] = [];
  readonly asked: (Span & { readonly interval: BarInterval })[] = [];
  readonly unknown = new Set<InstrumentId>();
  readonly provider: MarketDataProvider & { readonly live: LiveData };
  /** What it answers instead of bars. */
  fault: ErrorCode | undefined;
  /** Whether a connection is refused. */
  isDown = false;
  /** Up to where its history is written yet, UTC epoch ms. */
  knownUntil = Infinity;
  /** What an answer waits for. */
  answers: Promise<void> = Promise.resolve();
  /** What closing a connection waits for. */
  closes: Promise<void> = Promise.resolve();
  readonly #time: (() => number) | undefined;
  #lastId = 0;

  constructor(options: LiveVendorOptions = {}) {
    const { name = 'vendor', intervals = ['1s', '1m', '5m', '1h', '1d'], kind = 'trades' } = options;
    const { instrumentsPerConnection = 1_000, silenceMs = 60_000, quietMs = Infinity } = options;
    this.#time = options.time;
    this.provider = {
      ...(options.time === undefined ? {} : { vendorClock: new VendorClock({ clock: () => Date.now() }) }),
      name,
      isSynthetic: false,
      basis: 'raw',
      intervals,
      barsPerRequest: 1_000,
      finalityDelayMs: () => 60_000,
      reachOf: () => undefined,
      fetchBars: (request) => this.#answer(request),
      live: { kind, instrumentsPerConnection, silenceMs, quietMs, connect: (listener) => this.#connect(listener) },
      close: () => Promise.resolve(),
    };
  }

  get connection(): VendorConnection {
    return this.connections[this.connections.length - 1];
  }

  /** Somebody trades. @param eventTime UTC epoch ms */
  traded(eventTime: number, price: number, size = 1): FakeTrade & { readonly instrumentId: InstrumentId; side: 'buy' } {
    const trade = { tradeId: ++this.#lastId, eventTime, price, size };
    this.history.add(trade);
    return { ...trade, instrumentId: ID, side: 'buy' };
  }

  async *#answer({ interval, range, now }: BarsRequest) {
    this.asked.push({ interval, ...range });
    const tellTime = this.provider.vendorClock?.ask();
    await this.answers;
    const time = this.#time?.() ?? Infinity;
    if (time < Infinity) tellTime?.(Math.floor(time / 1_000) * 1_000);
    if (this.fault !== undefined) throw new ProviderError(this.fault, 'as told');
    const end = Math.min(range.to, openTimeAt(Math.min(now, this.knownUntil, time), interval));
    if (end <= range.from) return;
    const bars = this.history.klines({ interval, from: range.from, to: end - 1, limit: Infinity, now: end - 1 });
    const rows = bars.filter(({ volume }) => volume !== 0);
    yield { columns: columnsOfRows(rows, PROVISIONAL).columns, covered: { from: range.from, to: epochMs(end) } };
  }

  async #connect(listener: LiveListener): Promise<LiveConnection> {
    await Promise.resolve();
    if (this.isDown) throw new ProviderError('PROVIDER_UNAVAILABLE', 'Nobody is there');
    const { promise, resolve } = Promise.withResolvers<LiveEnd>();
    const connection: VendorConnection = {
      listener,
      subscribed: new Set(),
      asked: [],
      isClosed: false,
      end: (end) => {
        connection.isClosed = true;
        resolve(end);
      },
    };
    this.connections.push(connection);
    return {
      subscribe: (instruments) => {
        for (const { instrumentId: id } of instruments) {
          connection.asked.push(id);
          if (this.unknown.has(id)) {
            listener.onRefused(id, new ProviderError('PROVIDER_SYMBOL_UNKNOWN', `Nobody knows ${id}`));
          } else if (!connection.subscribed.has(id)) {
            connection.subscribed.add(id);
            listener.onSubscribed(id);
          }
        }
      },
      unsubscribe: (ids) => ids.forEach((id) => connection.subscribed.delete(id)),
      ended: promise,
      close: async () => {
        connection.end({ kind: 'closed', error: undefined });
        await this.closes;
      },
    };
  }
}

export interface HeldBars extends LivePort {
  /** What was ordered of jobs. */
  readonly ordered: (Span & { readonly interval: BarInterval })[];
  /** `[openTime, open, high, low, close, volume, state]` of each stored bar, ascending. */
  rows(interval: BarInterval): (readonly number[])[];
}

/** What the live slice is told by others, with stored bars in memory. */
export function heldBars(
  vendors: readonly LiveVendor[],
  facts: Partial<Awaited<ReturnType<LivePort['findInstrument']>>> = {},
): HeldBars {
  const providers = new Map(vendors.map(({ provider }) => [provider.name, provider]));
  const held = new Map<string, BarColumns>();
  const covered = new Map<string, Span[]>();
  const ordered: (Span & { readonly interval: BarInterval })[] = [];
  const upsert = (series: string, columns: BarColumns): void => {
    const known = held.get(series) ?? concatColumns([]);
    const rows = new Map(barsOf(known).map((bar) => [bar.openTime, bar]));
    for (const bar of barsOf(columns)) rows.set(bar.openTime, bar);
    const all = [...rows.values()].sort((a, b) => a.openTime - b.openTime);
    held.set(series, columnsOfRows(all, PROVISIONAL).columns);
  };
  return {
    ordered,
    providers,
    findInstrument: () => Promise.resolve({ schedule: undefined, sessions: 'regular', ...facts }),
    aliasesOf: () => Promise.resolve([]),
    registerInstrument: () => Promise.resolve(),
    async upsertBars({ instrumentId: id, interval, columns }) {
      await Promise.resolve();
      upsert(`${id}/${interval}`, columns);
    },
    async storedBars({ instrumentId: id, interval, from, to }) {
      await Promise.resolve();
      const columns = held.get(`${id}/${interval}`) ?? concatColumns([]);
      const { openTime } = columns;
      const spans = covered.get(`${id}/${interval}`) ?? [];
      return {
        columns: sliceColumns(columns, firstIndexFrom(openTime, from), firstIndexFrom(openTime, to)),
        missing: partsOutside(
          { from, to },
          spans.toSorted((a, b) => a.from - b.from),
        ),
      };
    },
    async fetchRange({ instrumentId: id, interval, provider: name, from, to }, signal) {
      const provider = providers.get(name);
      const spans: Span[] = [];
      const request = { instrumentId: ID, symbol: undefined, interval, signal };
      const range = { from: epochMs(from), to: epochMs(to) };
      for await (const page of provider?.fetchBars({ ...request, range, now: Infinity }) ?? []) {
        upsert(`${id}/${interval}`, page.columns);
        spans.push(page.covered);
      }
      const series = `${id}/${interval}`;
      covered.set(series, [...(covered.get(series) ?? []), ...spans]);
      return spans;
    },
    async recordFetched({ instrumentId: id, interval, from, to }) {
      await Promise.resolve();
      const series = `${id}/${interval}`;
      covered.set(series, [...(covered.get(series) ?? []), { from, to }]);
    },
    async orderSync({ interval, from, to }) {
      await Promise.resolve();
      ordered.push({ interval, from, to });
    },
    rows: (interval) =>
      barsOf(held.get(`${ID}/${interval}`) ?? concatColumns([])).map(
        ({ openTime, open, high, low, close, volume = NaN }) => [openTime, open, high, low, close, volume],
      ),
  };
}
