import { isoOfEpochMs } from '../../market/index.ts';
import { ProviderError, type ErrorCode } from '../../platform/errors/index.ts';

/** The vendor cannot be reached, went away, or fails by itself. */
export function unavailable(message: string, cause?: unknown): ProviderError {
  return new ProviderError('PROVIDER_UNAVAILABLE', message, { cause });
}

export function timedOut(what: string, limitMs: number): ProviderError {
  return new ProviderError('PROVIDER_TIMEOUT', `TradingView took longer than ${limitMs} ms to ${what}`);
}

/** What came is not what the protocol says. */
export function invalidAnswer(message: string, cause?: unknown): ProviderError {
  return new ProviderError('PROVIDER_ANSWER_INVALID', message, { cause });
}

/** `symbol_error`, or a quote that is none: the vendor does not know the symbol, or does not give it to us. */
export function symbolRefused(symbol: string, reason: string): ProviderError {
  const code = isPermission(reason) ? 'PROVIDER_REFUSED' : 'PROVIDER_SYMBOL_UNKNOWN';
  return new ProviderError(code, `TradingView on ${symbol}: ${reason}`);
}

/** A symbol that ends the session in which it is asked for. */
export function symbolUnknown(symbol: string, cause: ProviderError): ProviderError {
  return new ProviderError('PROVIDER_SYMBOL_UNKNOWN', `TradingView does not accept ${symbol}: ${cause.message}`, {
    cause,
  });
}

const SERIES_ERROR_CODES: Readonly<Record<string, ErrorCode>> = {
  'resolve error': 'PROVIDER_SYMBOL_UNKNOWN',
  'unsupported resolution': 'PROVIDER_OUT_OF_REACH',
  custom_resolution: 'PROVIDER_REFUSED', // what only paid plans have
};

/** `series_error`: the vendor does not give these bars. */
export function seriesRefused(symbol: string, reason: string): ProviderError {
  const code = isPermission(reason) ? 'PROVIDER_REFUSED' : (SERIES_ERROR_CODES[reason] ?? 'PROVIDER_UNAVAILABLE');
  return new ProviderError(code, `TradingView on the bars of ${symbol}: ${reason}`);
}

/** `critical_error`: the session is dead. */
export function sessionRefused(reason: string, detail: string): ProviderError {
  const code = isInvalidParameters(reason) ? 'PROVIDER_REFUSED' : 'PROVIDER_UNAVAILABLE';
  return new ProviderError(code, `TradingView ended the session: ${[reason, detail].join(' ').trim()}`);
}

/** Why a session ended, in both of its spellings: something that was asked for is not known. */
export function isInvalidParameters(reason: string): boolean {
  return /^invalid[ _]parameters$/i.test(reason);
}

/** The vendor does not refuse such a token: it sends heartbeats and nothing else. */
export function tokenExpired(expiresAt: number): ProviderError {
  return new ProviderError(
    'PROVIDER_REFUSED',
    `The token of TradingView expired at ${isoOfEpochMs(expiresAt)}; log in and set the new one as POCKETQUANT_TRADINGVIEW_KEY`,
  );
}

/** `protocol_error`: the vendor closes the socket after it. */
export function protocolRefused(reason: string): ProviderError {
  if (/auth|token/i.test(reason))
    return new ProviderError('PROVIDER_REFUSED', `TradingView does not accept the token: ${reason}`);
  return unavailable(`TradingView ended the connection: ${reason}`);
}

function isPermission(reason: string): boolean {
  return /permission|not allowed|forbidden/i.test(reason);
}
