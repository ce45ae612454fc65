import { MongoClient, type AnyBulkWriteOperation, type Document } from 'mongodb';
import { open } from '../../src/main/library.ts';
import { sliceColumns, type BarColumns } from '../../src/market/index.ts';
import { atLeast, inTurn, rate, timed, type BenchRow } from '../measure.ts';
import { realBars } from '../real-bars.ts';

const BARS = 1_000_000;
/** A document a bar is slow: fewer are enough to know its rate. */
const UPSERTED_ROWS = 30_000;
const UPSERT_BATCH = 1_000;
const INSERT_BATCH = 10_000;
const RUNS = 3;
const SERIES = { instrumentId: 'BENCH:BTCUSD', interval: '1m' } as const;
const DATABASE = 'pocketquant_bench';

/** `UpsertBars` and `GetBars` on a MongoDB-family server against a document a bar, as the original kept them. */
export async function serverSpeed(uri: string): Promise<BenchRow[]> {
  const columns = realBars(BARS);
  const client = await MongoClient.connect(uri);
  const database = client.db(DATABASE);
  await database.dropDatabase();
  const rows = database.collection('bar_rows');
  await rows.createIndex({ symbol: 1, interval: 1, datetime: 1 }, { unique: true });

  const url = `${uri.replace(/\/$/, '')}/${DATABASE}`;
  const pq = await open({ database: url });
  const [writeOurs, writeRows] = await inTurn(
    RUNS,
    async (run) => {
      const { inserted } = await pq.upsertBars({
        ...SERIES,
        instrumentId: `BENCH:RUN${run}`,
        provider: 'bench',
        state: 'final',
        columns,
      });
      if (inserted !== BARS) throw new Error(`Stored ${inserted} bars of ${BARS}`);
    },
    (run) =>
      upsertRows(`RUN${run}`, sliceColumns(columns, 0, UPSERTED_ROWS), (operations) =>
        rows.bulkWrite(operations, { ordered: false }),
      ),
  );
  await rows.deleteMany({});
  for (let start = 0; start < BARS; start += INSERT_BATCH)
    await rows.insertMany(rowsOf('READ', sliceColumns(columns, start, start + INSERT_BATCH)), { ordered: false });
  await pq.settle();
  const range = { from: columns.openTime[0], to: columns.openTime[BARS - 1] + 60_000 };
  const readAll = async (): Promise<number> =>
    (
      await rows
        .find({ symbol: 'READ', interval: '1m', datetime: { $gte: new Date(range.from), $lt: new Date(range.to) } })
        .toArray()
    ).length;
  if ((await readAll()) !== BARS) throw new Error('The rows are not all there');
  const readRows = await timed(readAll); // once: it takes half a minute
  const readOurs = await timedMedian(async () => {
    const { columns: read } = await pq.getBars({ ...SERIES, instrumentId: 'BENCH:RUN1', ...range });
    if (read.openTime.length !== BARS) throw new Error(`Read ${read.openTime.length} bars of ${BARS}`);
  });
  await pq.close();
  await database.dropDatabase();
  await client.close();
  const rowsPerMs = UPSERTED_ROWS / writeRows;
  return [
    atLeast(
      'server UpsertBars, 1 M bars',
      BARS / writeOurs / rowsPerMs,
      150,
      rate(BARS, writeOurs),
      `a document a bar ${rate(UPSERTED_ROWS, writeRows)}`,
    ),
    atLeast(
      'server GetBars, 1 M bars',
      readRows / readOurs,
      60,
      rate(BARS, readOurs),
      `a document a bar ${rate(BARS, readRows)}`,
    ),
  ];
}

async function timedMedian(work: () => Promise<void>): Promise<number> {
  const [first] = await inTurn(RUNS, work, () => undefined);
  return first;
}

function rowsOf(symbol: string, columns: BarColumns): Document[] {
  return Array.from(columns.openTime, (openTime, i) => ({
    symbol,
    interval: '1m',
    datetime: new Date(openTime),
    open: columns.open[i],
    high: columns.high[i],
    low: columns.low[i],
    close: columns.close[i],
    volume: columns.volume[i],
  }));
}

/** The original's way: unordered upserts, a thousand a batch. */
async function upsertRows(
  symbol: string,
  columns: BarColumns,
  write: (operations: AnyBulkWriteOperation[]) => Promise<unknown>,
): Promise<void> {
  const operations = rowsOf(symbol, columns).map((row): AnyBulkWriteOperation => ({
    updateOne: {
      filter: { symbol, interval: '1m', datetime: row['datetime'] as Date },
      update: { $set: row },
      upsert: true,
    },
  }));
  for (let start = 0; start < operations.length; start += UPSERT_BATCH)
    await write(operations.slice(start, start + UPSERT_BATCH));
}
