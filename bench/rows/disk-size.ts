import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { open } from '../../src/main/library.ts';
import { atMost, inFolder, inTurn, rate, type BenchRow } from '../measure.ts';
import { realBars } from '../real-bars.ts';

const BARS = 1_000_000;
const TARGET_BYTES = 9;
const RUNS = 3;
const SERIES = { instrumentId: 'BENCH:BTCUSD', interval: '1m' } as const;

/** Bytes a bar on disk, everything included; DuckDB with the same bars as Parquet stands beside it. */
export function diskSize(): Promise<BenchRow[]> {
  const columns = realBars(BARS);
  return inFolder(async (folder) => {
    const file = join(folder, 'size.db');
    const pq = await open({ database: `file:${file}` });
    await pq.upsertBars({ ...SERIES, provider: 'bench', state: 'final', columns });
    await pq.settle();
    const parquet = join(folder, 'bars.parquet');
    await writeFile(parquet, (await pq.exportBars({ ...SERIES, format: 'parquet' })).bytes);
    const duckdb = await (await DuckDBInstance.create()).connect();
    const [ours, theirs] = await inTurn(
      RUNS,
      () => pq.getBars(SERIES),
      async () => (await duckdb.runAndReadAll(`SELECT * FROM read_parquet('${parquet}')`)).getColumns(),
    );
    await pq.close(); // folds the write-ahead log into the file
    const bytes = statSync(file).size / BARS;
    const against = `Parquet ${(statSync(parquet).size / BARS).toFixed(2)} B; DuckDB reads it at ${rate(BARS, theirs)}, we ours at ${rate(BARS, ours)}`;
    return [atMost('bytes a bar on disk, 1 M bars', bytes, TARGET_BYTES, ' B', `${bytes.toFixed(2)} B`, against)];
  });
}
