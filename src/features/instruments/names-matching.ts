import type { InstrumentsCollections } from './collections.ts';

const NAMES_AT_A_TIME = 5_000;

/** What instruments are called that are registered or have bars. */
export interface NamesMatching {
  /** In order. */
  readonly ids: readonly string[];
  /** Of their stored series, in no order of use. */
  readonly series: readonly string[];
}

interface NamesWanted {
  /** Part of an id, a name or an alias, whatever the case. */
  readonly query?: string | undefined;
  readonly exchange?: string | undefined;
}

/** All that match: read from indexes, without the documents. */
export async function namesMatching(
  { instruments, series }: InstrumentsCollections,
  { query, exchange }: NamesWanted,
): Promise<NamesMatching> {
  const wanted = query?.toLowerCase();
  const inRange = exchange === undefined ? {} : { _id: { $gte: `${exchange}:`, $lt: `${exchange};` } }; // ';' follows ':'
  const options = { sort: { _id: 1 }, batchSize: NAMES_AT_A_TIME } as const;
  const matches = (text: string): boolean => wanted === undefined || text.toLowerCase().includes(wanted);
  const projection = wanted === undefined ? { _id: 1 as const } : { _id: 1 as const, searchText: 1 as const };
  const registered = await instruments.find(inRange, { ...options, projection }).toArray();
  const ids = new Set(
    registered.filter(({ _id, searchText = '' }) => matches(_id) || matches(searchText)).map(({ _id }) => _id),
  );
  const stored = await series.find({ ...inRange, count: { $gt: 0 } }, { ...options, projection: { _id: 1 } }).toArray();
  const ofMatching: string[] = [];
  for (const { _id } of stored) {
    const instrumentId = _id.slice(0, _id.lastIndexOf('/'));
    if (!ids.has(instrumentId) && !matches(instrumentId)) continue;
    ids.add(instrumentId);
    ofMatching.push(_id);
  }
  return { ids: [...ids].sort(), series: ofMatching };
}
