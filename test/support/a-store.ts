import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openBarsCollections, type BarsCollections } from '../../src/features/bars/collections.ts';
import {
  handleUpsertBars,
  type UpsertOutcome,
} from '../../src/features/bars/commands/upsert-bars/upsert-bars.command.ts';
import type { AskedSpan } from '../../src/features/bars/reading/explain-gaps.ts';
import type { BarsPort, InstrumentFacts } from '../../src/features/bars/reading/plan-answer.ts';
import {
  columnsOfRows,
  epochMs,
  epochMsOfIso,
  type BarColumns,
  type BarInterval,
  type EpochMs,
} from '../../src/market/index.ts';
import { openDatabase, type Database } from '../../src/platform/database/index.ts';

/** The bars slice's collections on an embedded database that is gone with the test. */
export async function aStore(
  t: TestContext,
  port: BarsPort = portOf(),
): Promise<{ readonly database: Database; readonly collections: BarsCollections; upsert: Upsert }> {
  const folder = mkdtempSync(join(tmpdir(), 'pocketquant-test-'));
  const database = await openDatabase(`file:${join(folder, 'test.db')}`);
  t.after(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const collections = await openBarsCollections(database);
  const handler = handleUpsertBars(collections, () => undefined, port.findInstrument);
  return {
    database,
    collections,
    upsert: (bars, { now = LATER, ...changes } = {}) =>
      handler(
        {
          instrumentId: 'COINBASE:BTCUSD',
          interval: '1m',
          provider: 'test',
          state: 'final',
          bars: [...bars],
          ...changes,
        },
        at(now),
      ),
  };
}

/** What the bars slice is told by others: by default, of an instrument that nobody registered. */
export function portOf(facts: Partial<InstrumentFacts> = {}, asked: readonly AskedSpan[] = []): BarsPort {
  const unknown = {
    isRegistered: false,
    schedule: undefined,
    sessions: 'regular',
    listedFrom: undefined,
    listedTo: undefined,
  } as const;
  return {
    findInstrument: () => Promise.resolve({ ...unknown, ...facts }),
    findLedger: () => Promise.resolve({ basis: undefined, asked }),
    findOpenBar: () => Promise.resolve(undefined),
  };
}

export type Upsert = (
  bars: readonly unknown[],
  changes?: {
    now?: number;
    instrumentId?: string;
    interval?: BarInterval;
    state?: 'provisional' | 'final';
    provider?: string;
    observedAt?: number;
    vendorNow?: number;
  },
) => Promise<UpsertOutcome>;

/** Long after every bar of the tests. */
export const LATER = epochMsOfIso('2024-01-01');

const NEVER = new AbortController().signal;

export function at(now: number) {
  return { now, correlationId: 'test', signal: NEVER, onProgress: () => undefined };
}

/** A bar row that opens at minute `minute` of 2020-01-01, of price `price`. */
export function aRow(minute: number, price: number, volume?: number) {
  return {
    openTime: epochMsOfIso('2020-01-01') + minute * 60_000,
    open: price,
    high: price + 1,
    low: price - 1,
    close: price,
    ...(volume === undefined ? {} : { volume }),
  };
}

/** Minute `minute` of 2020-01-01. */
export function minute(count: number): EpochMs {
  return epochMs(epochMsOfIso('2020-01-01') + count * 60_000);
}

/** Columns of rows, all of them final. */
export function columnsOf(rows: readonly unknown[]): BarColumns {
  return columnsOfRows(rows, 2).columns;
}
