/** What an epoch number counts since 1970-01-01T00:00:00Z. */
interface EpochUnit {
  readonly name: string;
  /** A number of this unit is smaller, whatever its sign. */
  readonly below: number;
  /** Whole epoch ms; what is finer is cut off. */
  readonly toMs: (value: number) => number;
}

/** A double holds the times of this century to less than half a microsecond: whole milliseconds must come out whole. */
const HALF_MICROSECOND_MS = 0.0005;
const unit = (name: string, below: number, msOf: (value: number) => number): EpochUnit => ({
  name: `epoch ${name}`,
  below,
  toMs: (value) => Math.floor(msOf(value) + HALF_MICROSECOND_MS),
});

const UNITS = [
  unit('seconds', 1e11, (value) => value * 1_000),
  unit('milliseconds', 1e14, (value) => value),
  unit('microseconds', 1e17, (value) => value / 1_000),
  unit('nanoseconds', Infinity, (value) => value / 1_000_000),
];

/**
 * The unit of an epoch number by its magnitude: below 1e11 it is seconds (to the year 5138), below 1e14 milliseconds,
 * below 1e17 microseconds, from there on nanoseconds. So milliseconds of before March 1973, microseconds and nanoseconds
 * of 1970 are taken for the next larger unit. `undefined` if it is not finite.
 */
export function epochUnitOf(value: number): EpochUnit | undefined {
  return UNITS.find(({ below }) => Math.abs(value) < below);
}
