import { searchTextOf, type InstrumentsCollections } from './collections.ts';

/** Writes down anew by what an instrument is found; whoever changes its names last does so last. */
export async function keepSearchText(instruments: InstrumentsCollections['instruments'], _id: string): Promise<void> {
  for (;;) {
    const document = await instruments.findOne({ _id });
    if (document === null || document.searchText === searchTextOf(document)) return;
    await instruments.updateOne({ _id }, { $set: { searchText: searchTextOf(document) } });
  }
}
