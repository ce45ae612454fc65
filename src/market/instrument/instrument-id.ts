/**
 * `EXCHANGE:SYMBOL`, such as `NASDAQ:AAPL` or `BINANCE:BTC/USDT:USDT`. The exchange is `A-Z 0-9 . _ -`, at most 32
 * characters. The symbol is what follows the first colon, as its market writes it, case included: 1 to 64 printable
 * characters of any script in Unicode's composed form (NFC), no space at its ends.
 */
export type InstrumentId = string & { readonly __brand: 'InstrumentId' };

const MOST_OF_SYMBOL = 64;

/**
 * How callers write one, and how to say so: the exchange in any case. Without what only some kinds of regular
 * expression know; {@link instrumentId} decides.
 */
export const INSTRUMENT_ID_FORMAT = {
  pattern: String.raw`^[A-Za-z0-9._-]{1,32}:\S(.*\S)?$`,
  description:
    `EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most ${MOST_OF_SYMBOL} printable characters, ` +
    'no space at its ends)',
};

/** Most ids, which need no closer look. */
const plainId = /^[A-Z0-9._-]{1,32}:[A-Za-z0-9._-]{1,64}$/;
const exchangeText = /^[A-Za-z0-9._-]{1,32}$/;
/** Controls, lone surrogates, spaces other than the common one, and what has no width or turns the writing. */
const unprintable = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Reads one, with its exchange in upper case and its symbol composed.
 * @throws RangeError if the text is not `EXCHANGE:SYMBOL`
 */
export function instrumentId(text: string): InstrumentId {
  if (plainId.test(text)) return text as InstrumentId;
  const colon = text.indexOf(':');
  const exchange = text.slice(0, Math.max(colon, 0));
  const symbol = text.slice(colon + 1).normalize('NFC');
  const fault = exchangeText.test(exchange) ? faultOfSymbol(symbol) : 'it is not EXCHANGE:SYMBOL, such as NASDAQ:AAPL';
  if (fault !== undefined) throw new RangeError(`${JSON.stringify(text.slice(0, 120))} is no instrument: ${fault}`);
  return `${exchange.toUpperCase()}:${symbol}` as InstrumentId;
}

/** The same; `undefined` if the text is none. */
export function instrumentIdIn(text: string): InstrumentId | undefined {
  try {
    return instrumentId(text);
  } catch {
    return undefined;
  }
}

function faultOfSymbol(symbol: string): string | undefined {
  if (symbol === '') return 'nothing follows the colon';
  if (symbol.trim() !== symbol) return 'its symbol begins or ends with a space';
  if (Array.from(symbol).length > MOST_OF_SYMBOL) return `its symbol is longer than ${MOST_OF_SYMBOL} characters`;
  const [character] = unprintable.exec(symbol) ?? [];
  const code = character?.codePointAt(0);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')} is not printable`;
}

/** The exchange of `EXCHANGE:SYMBOL`. */
export function exchangeOf(id: InstrumentId): string {
  return id.slice(0, id.indexOf(':'));
}

/** What is after the exchange in `EXCHANGE:SYMBOL`. */
export function symbolOf(id: InstrumentId): string {
  return id.slice(id.indexOf(':') + 1);
}

/** The same text for ids that differ by case alone. */
export function withoutCase(id: string): string {
  return id.toUpperCase().normalize('NFC');
}

/** What is stored with an id to find it in any case; an id in upper case is found as it is. */
export function caseField(id: string): { readonly withoutCase?: string } {
  const key = withoutCase(id);
  return key === id ? {} : { withoutCase: key };
}
