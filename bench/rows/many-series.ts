import { join } from 'node:path';
import { open, type PocketQuant } from '../../src/main/library.ts';
import { DAY_MS, epochMs, expectedOpenTimes, FINAL, KNOWN_SCHEDULES, newBarColumns } from '../../src/market/index.ts';
import { atLeast, atMost, inFolder, inTurn, median, timed, type BenchRow } from '../measure.ts';

const SERIES = 5_000;
const RUNS = 3;
const FROM = epochMs(Date.UTC(2014, 0, 1));
const TO = epochMs(Date.UTC(2024, 0, 1));
/** A Monday. */
const NEXT_DAY = Date.UTC(2024, 0, 8);
const ID = (number: number): string => `NASDAQ:S${String(number).padStart(4, '0')}`;
const IDS = Array.from({ length: SERIES }, (_, number) => ID(number));
const DAILY = { interval: '1d', provider: 'bench', state: 'final' } as const;

/** Daily bars of ten years of 5,000 series: read, and a new day stored, in one call and in a call for each. */
export function manySeries(): Promise<BenchRow[]> {
  return inFolder(async (folder) => {
    const pq = await open({ database: `file:${join(folder, 'many.db')}` });
    const bars = await storeYears(pq);
    const week = { from: Date.UTC(2023, 10, 6), to: Date.UTC(2023, 10, 13) };
    const [weekOfAll, weekOfEach] = await inTurn(
      RUNS,
      () => readAll(pq, week, 5),
      () => readEach(pq, week, 5),
    );
    const years = { from: FROM, to: TO };
    const [yearsOfAll, yearsOfEach] = await inTurn(
      1,
      () => readAll(pq, years, bars),
      () => readEach(pq, years, bars),
    );
    const settled: number[] = [];
    const [dayOfAll, dayOfEach] = await inTurn(
      RUNS,
      (run) => storeDay(pq, NEXT_DAY + run * 7 * DAY_MS),
      (run) => storeDayOfEach(pq, NEXT_DAY + (run * 7 + 1) * DAY_MS),
      async () => settled.push(await timed(() => pq.settle())),
    );
    await pq.close();
    const ms = (time: number): string => `${Math.round(time)} ms`;
    const ofAll = settled.filter((_, i) => i % 2 === 0);
    return [
      atLeast(`a week of ${SERIES} series`, weekOfEach / weekOfAll, 4, ms(weekOfAll), `one by one ${ms(weekOfEach)}`),
      atMost(`a week of ${SERIES} series`, weekOfAll / 1_000, 0.7, ' s', ms(weekOfAll), '-'),
      atLeast('ten years of each', yearsOfEach / yearsOfAll, 4, ms(yearsOfAll), `one by one ${ms(yearsOfEach)}`),
      atMost('ten years of each', yearsOfAll / 1_000, 2, ' s', ms(yearsOfAll), '-'),
      atLeast('a new day of each', dayOfEach / dayOfAll, 6, ms(dayOfAll), `one by one ${ms(dayOfEach)}`),
      atMost('a new day of each', dayOfAll / 1_000, 1.5, ' s', ms(dayOfAll), '-'),
      atMost('then relay and heads', median(ofAll) / 1_000, 1.5, ' s', ms(median(ofAll)), '-'),
    ];
  });
}

async function storeYears(pq: PocketQuant): Promise<number> {
  const hours = KNOWN_SCHEDULES.get('NASDAQ');
  if (hours === undefined) throw new Error('The hours of NASDAQ are gone');
  const times = expectedOpenTimes(hours, { from: FROM, to: TO }, '1d', 'regular');
  const AT_A_TIME = 250;
  for (let start = 0; start < SERIES; start += AT_A_TIME) {
    const series = IDS.slice(start, start + AT_A_TIME).map((instrumentId, i) => ({
      instrumentId,
      columns: walk(times, start + i),
    }));
    await pq.upsertManyBars({ ...DAILY, series });
    await pq.settle();
  }
  return times.length;
}

/** Prices in cents that go up and down, another way for each series. */
function walk(openTime: Float64Array, seed: number) {
  const columns = { ...newBarColumns(openTime.length), openTime };
  let random = seed + 1;
  const next = (): number => (random = (random * 48_271) % 2_147_483_647) / 2_147_483_647;
  let price = Math.round(2_000 + next() * 20_000) / 100;
  for (let i = 0; i < openTime.length; i++) {
    const close = Math.max(1, Math.round(price * (1 + (next() - 0.5) * 0.03) * 100) / 100);
    columns.open[i] = price;
    columns.high[i] = Math.round((Math.max(price, close) + next()) * 100) / 100;
    columns.low[i] = Math.max(0.01, Math.round((Math.min(price, close) - next()) * 100) / 100);
    columns.close[i] = close;
    columns.volume[i] = Math.round(next() * 1e6);
    columns.state[i] = FINAL;
    price = close;
  }
  return columns;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

async function readAll(pq: PocketQuant, range: Range, bars: number): Promise<void> {
  const { answers } = await pq.getManyBars({ exchange: 'NASDAQ', interval: '1d', ...range });
  let series = 0;
  for await (const { columns, completeness } of answers) {
    if (columns.openTime.length !== bars || !completeness.complete) throw new Error('Bars are missing');
    series++;
  }
  if (series !== SERIES) throw new Error(`Read ${series} series of ${SERIES}`);
}

async function readEach(pq: PocketQuant, range: Range, bars: number): Promise<void> {
  for (const instrumentId of IDS) {
    const { columns } = await pq.getBars({ instrumentId, interval: '1d', ...range });
    if (columns.openTime.length !== bars) throw new Error('Bars are missing');
  }
}

const dayAt = (openTime: number) => [{ openTime, open: 10, high: 11, low: 9, close: 10.5, volume: 1_000 }];

async function storeDay(pq: PocketQuant, openTime: number): Promise<void> {
  const series = IDS.map((instrumentId) => ({ instrumentId, bars: dayAt(openTime) }));
  const { inserted } = await pq.upsertManyBars({ ...DAILY, series });
  if (inserted !== SERIES) throw new Error(`Stored ${inserted} bars of ${SERIES}`);
}

async function storeDayOfEach(pq: PocketQuant, openTime: number): Promise<void> {
  for (const instrumentId of IDS) await pq.upsertBars({ ...DAILY, instrumentId, bars: dayAt(openTime) });
}
