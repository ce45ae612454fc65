import { openBarFile, type Reading } from '../../src/barfiles/index.ts';
import { barsOf, defaultScheduleOf, isoOfEpochMs, KNOWN_SCHEDULES, scheduleNamed } from '../../src/market/index.ts';

/** `[openTime, open, high, low, close, volume]`; a volume that the file does not tell is left out. */
export type ReadBar = readonly [
  openTime: string,
  open: number,
  high: number,
  low: number,
  close: number,
  volume?: number,
];

export interface ReadVendorFile {
  readonly reading: Reading;
  readonly bars: Readonly<Record<string, readonly ReadBar[]>>;
  readonly faults: readonly string[];
  readonly empty: number;
}

export type VendorFileOptions = Partial<Parameters<typeof openBarFile>[1]>;

const NOW = Date.UTC(2026, 0, 1);

/** Reads a whole file as imports do, with the hours of the exchanges that are known. */
export async function readVendorFile(
  content: string | Uint8Array,
  options: VendorFileOptions = {},
): Promise<ReadVendorFile> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const file = await openBarFile(
    pieces(bytes),
    { defaultState: 'final', ...options },
    {
      now: NOW,
      hoursOf: async (instrument) => ({
        schedule: scheduleNamed(KNOWN_SCHEDULES, defaultScheduleOf(instrument) ?? ''),
        sessions: 'regular',
      }),
    },
  );
  const bars: Record<string, ReadBar[]> = {};
  const faults: string[] = [];
  let empty = 0;
  try {
    for await (const batch of file.batches) {
      for (const { openTime, open, high, low, close, volume } of barsOf(batch.columns))
        (bars[batch.instrumentId] ??= []).push([
          isoOfEpochMs(openTime),
          open,
          high,
          low,
          close,
          ...(volume === undefined ? [] : [volume]),
        ] as unknown as ReadBar);
      faults.push(...batch.faults.map(({ line, code, message }) => `${line} ${code} ${message}`));
      empty += batch.empty;
    }
  } finally {
    await file.close();
  }
  return { reading: file.reading, bars, faults, empty };
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
