import type { InstrumentDocument, InstrumentsCollections } from './collections.ts';

type Instruments = InstrumentsCollections['instruments'];

/** What is looked through for a name, beside the id: a line for the name and for each alias, in lower case. */
export function searchTextOf({ name, aliases = [] }: Pick<InstrumentDocument, 'name' | 'aliases'>): string {
  return [...(name === undefined ? [] : [name]), ...aliases].join('\n').toLowerCase();
}

/** Writes down anew by what an instrument is found; whoever changes its names last does so last. */
export async function keepSearchText(instruments: Instruments, _id: string): Promise<void> {
  for (;;) {
    const document = await instruments.findOne({ _id });
    if (document === null || document.searchText === searchTextOf(document)) return;
    await instruments.updateOne({ _id }, { $set: { searchText: searchTextOf(document) } });
  }
}

const AT_A_TIME = 1_000;

/** Fills it in for instruments of earlier releases. The first one is written last, so that it tells whether all are. */
export async function fillSearchTexts(instruments: Instruments): Promise<void> {
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
