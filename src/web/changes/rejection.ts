const WORDS: Readonly<Record<string, string>> = {
  invalidBar: 'A field is missing, or is not a number',
  invalidPrice: 'A price is not a finite number',
  highLowOrder: 'Open or close is not between low and high',
  negativeVolume: 'The volume is negative',
  invalidTrades: 'The number of trades is no whole number, or negative',
  invalidTurnover: 'The turnover is not a finite number, or negative',
  invalidOpenInterest: 'The open interest is not a finite number, or negative',
  notAligned: 'No bar of this interval opens at this time',
  inFuture: 'The interval was not over yet',
  duplicateInBatch: 'Two different values came for one time',
  ambiguousTime: 'The time can be two moments',
};

/** Why a bar was rejected, in plain words. */
export function rejectionText(code: string): string {
  return WORDS[code] ?? code;
}

/** Values of a bar as they were sent, by name; undefined where it was no object, or is cut off. */
export function sentValues(sent: string): readonly (readonly [name: string, value: string])[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(sent);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).map(([name, one]) => [name, typeof one === 'string' ? one : JSON.stringify(one)]);
}
