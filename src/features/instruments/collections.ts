import type { SeriesHead } from '../../chunk/index.ts';
import type { TrackedSessions } from '../../market/index.ts';
import type { Collection, Database } from '../../platform/database/index.ts';

/** What a user declared of an instrument. All but the id is optional. */
export interface InstrumentDetails {
  readonly name?: string;
  readonly assetType?: string;
  /** ISO 4217 code, or a coin's, such as `USD` or `USDT`. */
  readonly currency?: string;
  /** Name of the schedule by which it trades; absent for the exchange's. */
  readonly schedule?: string;
  /** Which of its sessions are expected to have bars; absent for the regular ones. */
  readonly sessions?: TrackedSessions;
  /** Decimals that its prices are shown with. */
  readonly priceDecimals?: number;
  /** First and, if it is gone, end of its listing, UTC epoch ms, `[listedFrom, listedTo)`. */
  readonly listedFrom?: number;
  readonly listedTo?: number;
  /** Other names it is found by. */
  readonly aliases?: readonly string[];
}

export interface InstrumentDocument extends InstrumentDetails {
  /** `NASDAQ:AAPL` */
  readonly _id: string;
  readonly registeredAt: number;
  /** As {@link SeriesHead} has it. */
  readonly withoutCase?: string;
  /** By what it is found beside its id; absent in documents of earlier releases until the database is opened. */
  readonly searchText?: string;
}

/** What others are told of a stored instrument; `undefined` where none is stored. */
export function declaredIn(document: InstrumentDocument | null | undefined): InstrumentDetails | undefined {
  if (!document) return undefined;
  const { _id, registeredAt: _registeredAt, withoutCase: _withoutCase, searchText: _searchText, ...details } = document;
  return details;
}

/** What is looked through for a name, beside the id: a line for the name and for each alias, in lower case. */
export function searchTextOf({ name, aliases = [] }: Pick<InstrumentDocument, 'name' | 'aliases'>): string {
  return [...(name === undefined ? [] : [name]), ...aliases].join('\n').toLowerCase();
}

export interface InstrumentsCollections {
  readonly instruments: Collection<InstrumentDocument>;
  /** Kept by the relay; only read here. */
  readonly series: Collection<SeriesHead>;
}

/** The collections of this slice, with the indexes by which names are found. */
export async function openInstrumentsCollections(database: Database): Promise<InstrumentsCollections> {
  const collections: InstrumentsCollections = {
    instruments: database.collection('instruments'),
    series: database.collection('series'),
  };
  const inAnyCase = { key: { withoutCase: 1 }, name: 'withoutCase', sparse: true } as const;
  // Searches and lists read ids and names from an index, without the documents.
  await collections.instruments.createIndexes([inAnyCase, { key: { _id: 1, searchText: 1 }, name: 'searchText' }]);
  await collections.series.createIndexes([
    { key: { instrumentId: 1 }, name: 'instrumentId' },
    inAnyCase,
    { key: { _id: 1, count: 1 }, name: 'count' },
  ]);
  if (!database.isReadOnly) await fillSearchTexts(collections.instruments);
  return collections;
}

const AT_A_TIME = 1_000;

/** Fills it in for instruments of earlier releases. The first one is written last, so that it tells whether all are. */
async function fillSearchTexts(instruments: InstrumentsCollections['instruments']): Promise<void> {
  const first = await instruments.findOne({}, { sort: { _id: 1 } });
  if (first === null || first.searchText !== undefined) return;
  const all = await instruments.find({}, { sort: { _id: -1 } }).toArray();
  for (let start = 0; start < all.length; start += AT_A_TIME) {
    const operations = all.slice(start, start + AT_A_TIME).map((document) => ({
      updateOne: { filter: { _id: document._id }, update: { $set: { searchText: searchTextOf(document) } } },
    }));
    await instruments.bulkWrite(operations, { ordered: false });
  }
}
