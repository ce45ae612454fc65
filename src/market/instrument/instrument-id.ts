/** `EXCHANGE:SYMBOL` in upper case, such as `NASDAQ:AAPL`; at most 32 characters a side. */
export type InstrumentId = string & { readonly __brand: 'InstrumentId' };

export const INSTRUMENT_ID_PATTERN = '^[A-Z0-9._-]{1,32}:[A-Z0-9._-]{1,32}$';

/** What a text that is one looks like, and how to say so. */
export const INSTRUMENT_ID_FORMAT = {
  pattern: INSTRUMENT_ID_PATTERN,
  description: 'EXCHANGE:SYMBOL in upper case, such as NASDAQ:AAPL',
};

const instrumentIdText = new RegExp(INSTRUMENT_ID_PATTERN);

/** @throws RangeError if the text is not `EXCHANGE:SYMBOL` */
export function instrumentId(text: string): InstrumentId {
  if (!instrumentIdText.test(text)) throw new RangeError(`Not EXCHANGE:SYMBOL in upper case: "${text}"`);
  return text as InstrumentId;
}

/** The exchange of `EXCHANGE:SYMBOL`. */
export function exchangeOf(id: InstrumentId): string {
  return id.slice(0, id.indexOf(':'));
}
