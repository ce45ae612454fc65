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
  /** What is recognised and has no place in a bar yet. */
  readonly notStored: readonly number[];
}
