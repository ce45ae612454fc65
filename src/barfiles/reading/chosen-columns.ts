import type { OptionalField } from '../columns/column-names.ts';

/** Where in a row each thing stands. */
export interface ChosenColumns {
  /** Of the time; a second one where date and time of day have columns of their own. */
  readonly time: readonly [number] | readonly [date: number, timeOfDay: number];
  /** Other columns that tell the same moment, and must agree. */
  readonly alsoTime: readonly number[];
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** -1 where there is none, as of all that follow. */
  readonly volume: number;
  /** What volumes are multiplied by: 1,000 of `Volume (000s)`. */
  readonly volumeUnit: number;
  readonly state: number;
  readonly symbol: number;
  readonly exchange: number;
  readonly interval: number;
  /** What may tell of what a bar need not have, the surest first. */
  readonly optional: Readonly<Record<OptionalField, readonly OptionalPlace[]>>;
}

export interface OptionalPlace {
  readonly place: number;
  /** What its values are multiplied by. */
  readonly unit: number;
}

/** Each field by one place at most, of which -1 is none. */
export function optionalPlaces(placeOf: (field: OptionalField) => number): ChosenColumns['optional'] {
  const placesOf = (field: OptionalField): OptionalPlace[] => {
    const place = placeOf(field);
    return place < 0 ? [] : [{ place, unit: 1 }];
  };
  return {
    trades: placesOf('trades'),
    turnover: placesOf('turnover'),
    vwap: placesOf('vwap'),
    openInterest: placesOf('openInterest'),
  };
}
