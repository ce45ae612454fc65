import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { open, type PocketQuant } from '../../src/main/library.ts';
import { FINAL, type BarColumns } from '../../src/market/index.ts';
import { atLeast, inFolder, inTurn, median, rate, type BenchRow } from '../measure.ts';
import { realBars } from '../real-bars.ts';

const BARS = 1_000_000;
const RUNS = 5;
/** Ours is short: several reads make one measurement. */
const READS = 5;

/** `UpsertBars` and `GetBars` on the embedded database against SQLite with a row a bar. */
export function embeddedSpeed(): Promise<BenchRow[]> {
  const columns = realBars(BARS);
  return inFolder(async (folder) => {
    const pq = await open({ database: `file:${join(folder, 'ours.db')}` });
    const rows = openRows(join(folder, 'rows.db'));
    const [writeOurs, writeRows] = await inTurn(
      RUNS,
      (run) => upsertAll(pq, `BENCH:RUN${run}`, columns),
      (run) => insertRows(rows, `BENCH:RUN${run}/1m`, columns),
      () => pq.settle(), // the change feed, which rows have not, is told outside of what is measured
    );
    const selectAll = rows.prepare(
      'SELECT openTime, open, high, low, close, volume, state FROM bars WHERE series = ? AND openTime >= ? AND openTime < ?',
    );
    const range = { from: columns.openTime[0], to: columns.openTime[BARS - 1] + 60_000 };
    const [readOursRepeatedly, readRows] = await inTurn(
      RUNS,
      async () => {
        for (let i = 0; i < READS; i++)
          requireAll(
            (await pq.getBars({ instrumentId: 'BENCH:RUN1', interval: '1m', ...range })).columns.openTime.length,
          );
      },
      () => requireAll(selectAll.all('BENCH:RUN1/1m', range.from, range.to).length),
    );
    const readOurs = readOursRepeatedly / READS;
    rows.close();
    await pq.close();
    const firstOurs: number[] = [];
    const firstRows: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      firstOurs.push(firstRead('ours', join(folder, 'ours.db'), 'BENCH:RUN1'));
      firstRows.push(firstRead('rows', join(folder, 'rows.db'), 'BENCH:RUN1/1m'));
    }
    return [
      atLeast(
        'embedded UpsertBars, 1 M bars',
        writeRows / writeOurs,
        10,
        rate(BARS, writeOurs),
        `SQLite rows ${rate(BARS, writeRows)}`,
      ),
      atLeast(
        'embedded GetBars, 1 M bars',
        readRows / readOurs,
        65,
        rate(BARS, readOurs),
        `SQLite rows ${rate(BARS, readRows)}`,
      ),
      atLeast(
        'embedded GetBars, 1 M bars, first of a process',
        median(firstRows) / median(firstOurs),
        20,
        rate(BARS, median(firstOurs)),
        `SQLite rows ${rate(BARS, median(firstRows))}`,
      ),
    ];
  });
}

function firstRead(whose: 'ours' | 'rows', file: string, series: string): number {
  const program = fileURLToPath(new URL('./first-read.ts', import.meta.url));
  return Number(execFileSync(process.execPath, [program, whose, file, series], { encoding: 'utf8' }));
}

function requireAll(count: number): void {
  if (count !== BARS) throw new Error(`Read ${count} bars of ${BARS}`);
}

async function upsertAll(pq: PocketQuant, instrumentId: string, columns: BarColumns): Promise<void> {
  const { inserted } = await pq.upsertBars({
    instrumentId,
    interval: '1m',
    provider: 'bench',
    state: 'final',
    columns,
  });
  requireAll(inserted);
}

function openRows(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec(`CREATE TABLE bars (series TEXT, openTime INTEGER, open REAL, high REAL, low REAL, close REAL, volume REAL,
    state INTEGER, PRIMARY KEY (series, openTime)) WITHOUT ROWID`);
  return database;
}

/** As fast as SQLite takes rows: one prepared statement, one transaction, the same durability. */
function insertRows(database: DatabaseSync, series: string, columns: BarColumns): void {
  const upsert = database.prepare(`INSERT INTO bars VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (series, openTime)
    DO UPDATE SET open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume`);
  database.exec('BEGIN');
  const { openTime, open: opens, high, low, close, volume } = columns;
  for (let i = 0; i < BARS; i++) upsert.run(series, openTime[i], opens[i], high[i], low[i], close[i], volume[i], FINAL);
  database.exec('COMMIT');
}
