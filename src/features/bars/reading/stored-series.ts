import { idsOfSeries } from '../../../chunk/index.ts';
import {
  BAR_INTERVALS,
  divides,
  isBelowDay,
  seriesId,
  type BarInterval,
  type InstrumentId,
  type SeriesShape,
} from '../../../market/index.ts';
import type { BarsCollections } from '../collections.ts';

/** The series of an interval that an answer may be read from, the one to prefer first. */
export type ShapesOf = (interval: BarInterval) => readonly SeriesShape[];

const alignedToClock: ShapesOf = (interval) => [{ interval }];
const ofEitherAlignment: ShapesOf = (interval) =>
  isBelowDay(interval) ? [{ interval }, { interval, align: 'session' }] : [{ interval }];

/** The series to read for an interval: of that interval where one is stored, else of the finest stored one that divides it. */
export async function storedSeriesFor(
  chunks: BarsCollections['chunks'],
  instrument: InstrumentId,
  interval: BarInterval,
  shapesOf: ShapesOf = alignedToClock,
): Promise<SeriesShape | undefined> {
  const finer = BAR_INTERVALS.filter((candidate) => divides(candidate, interval));
  const [own] = await thoseStored(chunks, instrument, shapesOf(interval));
  if (own !== undefined) return own;
  const [finest] = await thoseStored(chunks, instrument, finer.flatMap(shapesOf));
  return finest;
}

/** All series that are stored of an instrument, shortest interval first. */
export function storedSeries(
  chunks: BarsCollections['chunks'],
  instrument: InstrumentId,
): Promise<readonly SeriesShape[]> {
  return thoseStored(chunks, instrument, BAR_INTERVALS.flatMap(ofEitherAlignment));
}

async function thoseStored(
  chunks: BarsCollections['chunks'],
  instrument: InstrumentId,
  shapes: readonly SeriesShape[],
): Promise<readonly SeriesShape[]> {
  const stored = await Promise.all(shapes.map((shape) => isStored(chunks, instrument, shape)));
  return shapes.filter((_, index) => stored[index]);
}

async function isStored(
  chunks: BarsCollections['chunks'],
  instrument: InstrumentId,
  { interval, align }: SeriesShape,
): Promise<boolean> {
  const { first, last } = idsOfSeries(seriesId(instrument, interval, align));
  return (await chunks.findOne({ _id: { $gte: first, $lte: last } }, { projection: { _id: 1 } })) !== null;
}
