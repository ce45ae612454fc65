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
  const [finest] = await storedIntervals(chunks, instrument, finer);
  return finest;
}

/** Those of the intervals at which anything is stored of an instrument, shortest first. */
export async function storedIntervals(
  chunks: BarsCollections['chunks'],
  instrument: InstrumentId,
  intervals: readonly BarInterval[] = BAR_INTERVALS,
): Promise<readonly BarInterval[]> {
  const stored = await Promise.all(intervals.map((interval) => isStored(chunks, instrument, interval)));
  return intervals.filter((_, index) => stored[index]);
}

async function isStored(
  chunks: BarsCollections['chunks'],
  instrument: InstrumentId,
  interval: BarInterval,
): Promise<boolean> {
  const { first, last } = idsOfSeries(seriesId(instrument, interval));
  return (await chunks.findOne({ _id: { $gte: first, $lte: last } }, { projection: { _id: 1 } })) !== null;
}
