/** `[time in s, open, high, low, close, volume?]`, `null` where a fault wants it. */
export type SeedBar = readonly (number | null)[];

/** What the fake knows of one symbol. */
export interface SeedSymbol {
  readonly info: Readonly<Record<string, unknown>>;
  /** By resolution, ascending; replaced to correct a bar. */
  bars: Record<string, readonly SeedBar[]>;
  /** How far its data lies behind, s. */
  readonly delay?: number;
  /** What is known of its quote, by the vendor's names of the fields. */
  quote?: Readonly<Record<string, unknown>>;
  /** Closing times end in :59. */
  readonly closesEarly?: boolean;
}

/** Seconds of a resolution's bar. */
export function secondsOf(resolution: string): number {
  const days: Readonly<Record<string, number>> = { '1D': 1, '1W': 7, '1M': 30 };
  const count = days[resolution];
  return count === undefined ? Number(resolution) * 60 : count * 23_400;
}

export function infoOf(fullName: string, changes: Readonly<Record<string, unknown>> = {}): SeedSymbol['info'] {
  return {
    full_name: fullName,
    pro_name: fullName,
    description: `${fullName} Ltd`,
    type: 'stock',
    timezone: 'America/New_York',
    session: '0930-1600',
    pricescale: 100,
    currency_code: 'USD',
    ...changes,
  };
}

/** Bars of one resolution, `count` of them, each with prices that tell its place. */
export function seedBars(firstSeconds: number, stepSeconds: number, count: number): SeedBar[] {
  return Array.from({ length: count }, (_, at) => [
    firstSeconds + at * stepSeconds,
    at + 2,
    at + 4,
    at,
    at + 3,
    at + 10,
  ]);
}
