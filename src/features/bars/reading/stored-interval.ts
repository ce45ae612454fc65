import { idsOfSeries } from '../../../chunk/index.ts';
import { BAR_INTERVALS, divides, seriesId, type BarInterval, type InstrumentId } from '../../../market/index.ts';
import type { BarsCollections } from '../collections.ts';

/** The interval to read for another: itself where it is stored, else the finest stored one that divides it. */
export async function storedIntervalFor(
  chunks: BarsCollections['chunks'],
  instrument: InstrumentId,
  interval: BarInterval,
  suits: (candidate: BarInterval) => boolean = () => true,
): Promise<BarInterval | undefined> {
  if (suits(interval) && (await isStored(chunks, instrument, interval))) return interval;
  const finer = BAR_INTERVALS.filter((candidate) => divides(candidate, interval) && suits(candidate));
  const stored = await Promise.all(finer.map((candidate) => isStored(chunks, instrument, candidate)));
  return finer.find((_, index) => stored[index]);
}

/** Whether anything is stored under an instrument, at whatever interval. */
export async function isAnythingStored(chunks: BarsCollections['chunks'], instrument: InstrumentId): Promise<boolean> {
  const stored = await Promise.all(BAR_INTERVALS.map((interval) => isStored(chunks, instrument, interval)));
  return stored.includes(true);
}

async function isStored(
  chunks: BarsCollections['chunks'],
  instrument: InstrumentId,
  interval: BarInterval,
): Promise<boolean> {
  const { first, last } = idsOfSeries(seriesId(instrument, interval));
  return (await chunks.findOne({ _id: { $gte: first, $lte: last } }, { projection: { _id: 1 } })) !== null;
}
