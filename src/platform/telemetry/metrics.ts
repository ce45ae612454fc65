import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Numbers for Prometheus; each process has one set of its own. */
export interface Metrics {
  observeRequest(route: string, method: string, status: number, seconds: number): void;
  observeMessage(name: string, code: string, seconds: number): void;
  observeBarsWritten(bars: { readonly inserted: number; readonly changed: number }): void;
  /** Content type and text of `/metrics`. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What is looked at whenever the metrics are read. */
export interface Measured {
  /** If it fails, that one number is left out. */
  readonly databaseBytes: () => Promise<number>;
  readonly vendors: () => readonly {
    readonly name: string;
    readonly breaker: 'closed' | 'open' | 'halfOpen';
    readonly queued: number;
  }[];
  readonly cache: () => { readonly bytes: number; readonly hits: number; readonly misses: number };
  /** Default: nobody can have a stream. */
  readonly streamClients?: () => number;
}

const BREAKER_VALUES = { closed: 0, halfOpen: 1, open: 2 } as const;

/** Each look wakes the process, also an idle one. */
const LOOP_LOOKS_EVERY_MS = 100;

export function createMetrics({ databaseBytes, vendors, cache, streamClients = () => 0 }: Measured): Metrics {
  const registers = [new Registry()];
  const [registry] = registers;
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_LOOKS_EVERY_MS });
  const requests = new Histogram({
    name: 'pocketquant_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['route', 'method', 'status'],
    buckets: SECONDS,
    registers,
  });
  const messages = new Histogram({
    name: 'pocketquant_message_seconds',
    help: 'Time to handle a command or query',
    labelNames: ['name'],
    buckets: SECONDS,
    registers,
  });
  const failures = new Counter({
    name: 'pocketquant_message_failures_total',
    help: 'Commands and queries that failed, by error code',
    labelNames: ['name', 'code'],
    registers,
  });
  const barsWritten = new Counter({
    name: 'pocketquant_bars_written_total',
    help: 'Bars that this process stored: new ones, and values that changed',
    labelNames: ['outcome'],
    registers,
  });
  observeBarsWritten({ inserted: 0, changed: 0 });
  void new Gauge({
    name: 'pocketquant_stream_clients',
    help: 'Clients that have streams open',
    registers,
    collect() {
      this.set(streamClients());
    },
  });
  void new Gauge({
    name: 'pocketquant_database_bytes',
    help: 'Bytes of the database on disk',
    registers,
    async collect() {
      try {
        this.set(await databaseBytes());
      } catch {
        // Health says what is wrong with the database; the other numbers are wanted then most of all.
        this.remove();
      }
    },
  });
  void new Gauge({
    name: 'pocketquant_provider_breaker',
    help: 'Whether a provider is asked: 0 yes, 1 one request tries it, 2 no, after many failures',
    labelNames: ['provider'],
    registers,
    collect() {
      for (const { name, breaker } of vendors()) this.set({ provider: name }, BREAKER_VALUES[breaker]);
    },
  });
  void new Gauge({
    name: 'pocketquant_cache_bytes',
    help: 'Bytes of pages that are kept ready in memory',
    registers,
    collect() {
      this.set(cache().bytes);
    },
  });
  void new Counter({
    name: 'pocketquant_cache_pages_total',
    help: 'Pages that came from the cache, and that had to be made',
    labelNames: ['outcome'],
    registers,
    collect() {
      const { hits, misses } = cache();
      this.reset();
      this.inc({ outcome: 'hit' }, hits);
      this.inc({ outcome: 'miss' }, misses);
    },
  });
  void new Gauge({
    name: 'pocketquant_provider_queue',
    help: 'Requests to a provider that wait for their turn',
    labelNames: ['provider'],
    registers,
    collect() {
      for (const { name, queued } of vendors()) this.set({ provider: name }, queued);
    },
  });

  function observeBarsWritten({ inserted, changed }: { readonly inserted: number; readonly changed: number }): void {
    barsWritten.inc({ outcome: 'inserted' }, inserted);
    barsWritten.inc({ outcome: 'changed' }, changed);
  }

  return {
    observeBarsWritten,
    observeRequest: (route, method, status, seconds) => requests.observe({ route, method, status }, seconds),
    observeMessage(name, code, seconds) {
      messages.observe({ name }, seconds);
      if (code !== 'OK') failures.inc({ name, code });
    },
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
