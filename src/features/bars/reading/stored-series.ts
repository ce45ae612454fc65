import {
  BAR_INTERVALS,
  divides,
  isBelowDay,
  seriesId,
  type BarInterval,
  type InstrumentId,
  type SeriesId,
  type SeriesShape,
} from '../../../market/index.ts';

/** Whether any bar of a series is stored. */
export type IsStored = (series: SeriesId) => Promise<boolean>;

/** The series of an interval that an answer may be read from, the one to prefer first. */
export type ShapesOf = (interval: BarInterval) => readonly SeriesShape[];

const alignedToClock: ShapesOf = (interval) => [{ interval }];
const ofEitherAlignment: ShapesOf = (interval) =>
  isBelowDay(interval) ? [{ interval }, { interval, align: 'session' }] : [{ interval }];

/** The series to read for an interval: of that interval where one is stored, else of the finest stored one that divides it. */
export async function storedSeriesFor(
  isStored: IsStored,
  instrument: InstrumentId,
  interval: BarInterval,
  shapesOf: ShapesOf = alignedToClock,
): Promise<SeriesShape | undefined> {
  const finer = BAR_INTERVALS.filter((candidate) => divides(candidate, interval));
  const [own] = await thoseStored(isStored, instrument, shapesOf(interval));
  if (own !== undefined) return own;
  const [finest] = await thoseStored(isStored, instrument, finer.flatMap(shapesOf));
  return finest;
}

/** All series that are stored of an instrument, shortest interval first. */
export function storedSeries(isStored: IsStored, instrument: InstrumentId): Promise<readonly SeriesShape[]> {
  return thoseStored(isStored, instrument, BAR_INTERVALS.flatMap(ofEitherAlignment));
}

async function thoseStored(
  isStored: IsStored,
  instrument: InstrumentId,
  shapes: readonly SeriesShape[],
): Promise<readonly SeriesShape[]> {
  const stored = await Promise.all(
    shapes.map(({ interval, align }) => isStored(seriesId(instrument, interval, align))),
  );
  return shapes.filter((_, index) => stored[index]);
}
