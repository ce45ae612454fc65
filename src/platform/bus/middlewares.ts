import { asPocketQuantError, InvalidRequestError, type ErrorCode, type PocketQuantError } from '../errors/index.ts';
import type { Middleware } from './bus.ts';

/** How one message went, for logs and metrics. */
export interface MessageReport {
  readonly name: string;
  readonly kind: 'command' | 'query';
  readonly correlationId: string;
  readonly durationMs: number;
  /** What failed; `undefined` if nothing did. */
  readonly error: PocketQuantError | undefined;
  readonly code: ErrorCode | 'OK';
}

/** Tells `observe` how each message went. `elapsed` is a monotonic clock in ms. */
export function reporting(observe: (report: MessageReport) => void, elapsed: () => number): Middleware {
  return async ({ name, kind }, { correlationId }, next) => {
    const startedAt = elapsed();
    const report = (error?: PocketQuantError): void =>
      observe({ name, kind, correlationId, durationMs: elapsed() - startedAt, error, code: error?.code ?? 'OK' });
    try {
      const result = await next();
      report();
      return result;
    } catch (thrown) {
      const error = asPocketQuantError(thrown);
      report(error);
      throw error;
    }
  };
}

type Translate = (thrown: unknown) => PocketQuantError | undefined;

/**
 * Makes every failure one of our errors: `translate` knows the database's, the reason of the message's signal is
 * `CANCELLED`, the rest are bugs of ours. What an answer has to be read bit by bit fails only then, and is translated as
 * well.
 */
export function translatingErrors(translate: Translate): Middleware {
  return async (_message, { signal }, next) => {
    try {
      const result = await next();
      return isObject(result) ? withTranslatedParts(result, translate) : result;
    } catch (thrown) {
      if (signal.aborted && thrown === signal.reason)
        throw new InvalidRequestError('CANCELLED', 'Whoever asked no longer waits for the answer', { cause: thrown });
      throw translate(thrown) ?? asPocketQuantError(thrown);
    }
  };
}

function withTranslatedParts(result: object, translate: Translate): object {
  const streams = Object.entries(result).filter(([, part]) => isObject(part) && Symbol.asyncIterator in part);
  if (streams.length === 0) return result;
  const translated = streams.map(([name, part]) => [name, translatedStream(part as AsyncIterable<unknown>, translate)]);
  return { ...result, ...Object.fromEntries(translated) };
}

async function* translatedStream(parts: AsyncIterable<unknown>, translate: Translate): AsyncGenerator {
  try {
    yield* parts;
  } catch (thrown) {
    throw translate(thrown) ?? asPocketQuantError(thrown);
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Does repeatable messages as often as `repeat` finds it worth while. */
export function repeating(repeat: <T>(work: () => Promise<T>) => Promise<T>): Middleware {
  return ({ isRepeatable }, _context, next) => (isRepeatable ? repeat(() => next()) : next());
}
