import type { PublishedChange } from '../../chunk/index.ts';
import type { BarsCollections } from './collections.ts';

/** The last change that was published: its `_id` is the newest seq. */
export async function newestChange(changes: BarsCollections['changes']): Promise<PublishedChange | undefined> {
  const [newest] = await changes.find({}, { sort: { _id: -1 }, limit: 1 }).toArray();
  return newest;
}
