import { ProviderError } from '../../platform/errors/index.ts';
import { statusRefusal } from '../../platform/requests/index.ts';
import { within } from '../../platform/waiting/index.ts';
import type { ProviderInstrument } from '../contract/index.ts';
import { invalidAnswer, timedOut, unavailable } from './failures.ts';
import { instrumentOfResult } from './instruments.ts';
import { BROWSER_HEADERS } from './options.ts';
import { readJson, readSearchAnswer } from './schema.ts';

export interface SearchOptions {
  readonly searchUrl: string;
  readonly searchMs: number;
  readonly clock: () => number;
}

const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** @throws ProviderError if the vendor cannot be reached, refuses, is late or answers something else */
export async function searchSymbols(
  text: string,
  { searchUrl, searchMs, clock }: SearchOptions,
  signal: AbortSignal,
): Promise<readonly ProviderInstrument[]> {
  const url = new URL('/symbol_search/v3/', searchUrl);
  url.searchParams.set('text', text);
  const tooLate = () => timedOut('answer the search', searchMs);
  try {
    const body = await within({ limitMs: searchMs, tooLate, signal }, async (until) => {
      const response = await fetch(url, { headers: BROWSER_HEADERS, redirect: 'error', signal: until });
      const { status, headers } = response;
      if (status === 200) return readBody(response);
      await response.body?.cancel();
      throw statusRefusal(`TradingView answers ${status} to the search`, status, Object.fromEntries(headers), clock());
    });
    const { symbols } = readSearchAnswer(readJson(body));
    return symbols.map(instrumentOfResult).filter((instrument) => instrument !== undefined);
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    signal.throwIfAborted();
    throw unavailable(`The search of TradingView failed: ${String(error)}`, error);
  }
}

async function readBody({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.length;
    if (length > MAX_BODY_BYTES) throw invalidAnswer(`TradingView's search answers more than ${MAX_BODY_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
