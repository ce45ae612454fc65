import { decimalProduct, type OptionalColumn } from '../../market/index.ts';
import type { NumberForm } from '../values/index.ts';
import { isEmptyCell } from '../values/index.ts';
import type { ChosenColumns, OptionalPlace } from './chosen-columns.ts';
import { NEARLY_ALL } from './require-sound-rows.ts';

type Cells = readonly unknown[];

/** How the numbers of a file become those of bars. */
export interface NumberUnits {
  /** What prices are divided by. */
  readonly price: number;
  /** What volumes and turnovers are multiplied by. */
  readonly volume: number;
  readonly turnover: number;
}

/** A column that is taken. */
export interface TakenColumn {
  readonly name: OptionalColumn;
  readonly place: number;
  readonly unit: number;
  /** Its values are average prices, which give the turnover by the volume. */
  readonly isAverage: boolean;
}

/** Fewer rows show nothing. */
const MOST_ROWS = 1_000;
/** Average prices are rounded, and so are turnovers. */
const NEAR = 0.01;

/**
 * Which columns of what bars need not have are taken: of each the surest whose values in the first rows can be what its
 * name says. What was paid must be, by the volume, a price between low and high: money of another unit, or with the size
 * of a contract in it, is not.
 */
export function takeOptional(
  { optional, ...columns }: ChosenColumns,
  all: readonly Cells[],
  form: NumberForm,
  units: NumberUnits,
): TakenColumn[] {
  const rows = all.slice(0, MOST_ROWS);
  const numberIn = (row: Cells, place: number): number =>
    place < 0 || isEmptyCell(row[place]) ? NaN : form.read(row[place]);
  const filled = (place: number): Cells[] => rows.filter((row) => !isEmptyCell(row[place]));
  const areAll = (place: number, isGood: (value: number) => boolean): boolean =>
    filled(place).length > 0 && filled(place).every((row) => isGood(numberIn(row, place)));
  const isPrice = (average: number, row: Cells): boolean => {
    const [low, high] = [numberIn(row, columns.low), numberIn(row, columns.high)].map((price) => price / units.price);
    const slack = NEAR * Math.max(Math.abs(low), Math.abs(high));
    return average >= low - slack && average <= high + slack;
  };
  const arePrices = (place: number, averageOf: (row: Cells) => number): boolean => {
    const traded = filled(place).filter((row) => numberIn(row, columns.volume) > 0);
    const good = traded.filter((row) => isPrice(averageOf(row), row));
    return good.length >= traded.length * NEARLY_ALL;
  };
  const first = (
    name: OptionalColumn,
    places: readonly OptionalPlace[],
    isGood: (one: OptionalPlace) => boolean,
    isAverage = false,
  ): TakenColumn[] => {
    const taken = places.find(isGood);
    return taken === undefined ? [] : [{ name, ...taken, isAverage }];
  };
  const isNumber = (value: number): boolean => Number.isFinite(value);
  const turnover = first('turnover', unitsOf(optional.turnover, units.turnover), ({ place, unit }) => {
    const averageOf = (row: Cells): number =>
      decimalProduct(numberIn(row, place), unit) / (numberIn(row, columns.volume) * units.volume);
    return areAll(place, isNumber) && arePrices(place, averageOf);
  });
  const average = first(
    'turnover',
    unitsOf(optional.vwap, units.volume / units.price),
    ({ place }) =>
      columns.volume >= 0 && areAll(place, isNumber) && arePrices(place, (row) => numberIn(row, place) / units.price),
    true,
  );
  return [
    ...first('trades', optional.trades, ({ place }) => areAll(place, (value) => Number.isInteger(value) && value >= 0)),
    ...(turnover.length > 0 ? turnover : average),
    ...first('openInterest', optional.openInterest, ({ place }) => areAll(place, (value) => value >= 0)),
  ];
}

/** What a layout knows of units counts before what a name says. */
function unitsOf(places: readonly OptionalPlace[], unit: number): OptionalPlace[] {
  return unit === 1 ? [...places] : places.map(({ place }) => ({ place, unit }));
}
