import { getLedger } from '../../features/coverage/index.ts';
import { getSymbolDetails, type StoredNames } from '../../features/instruments/index.ts';
import { instrumentIdIn, type InstrumentId } from '../../market/index.ts';
import type { Middleware } from '../../platform/bus/index.ts';

/** Asked within the work of other messages, of the very instrument that is worked at. */
const OF_EXACTLY_ONE: ReadonlySet<string> = new Set([getSymbolDetails.messageName, getLedger.messageName]);

/**
 * Has a message name its instrument as it is stored, where it is written in another case. A query finds what is stored; a
 * command may mean another instrument, such as `US:BCpC` beside `US:BCPC`, and is taken as it is written, but for one that
 * is not written out: `nasdaq:aapl`.
 */
export function namingAsStored(names: Pick<StoredNames, 'allStoredAs'>): Middleware {
  return async (message, _context, next) => {
    const input = message.input as Readonly<Record<string, unknown>>;
    if (OF_EXACTLY_ONE.has(message.name)) return next();
    const { series } = input;
    const named = [input, ...(Array.isArray(series) ? (series as readonly unknown[]) : [])].filter(namesInstrument);
    const meant = named.flatMap((one) => {
      const id = instrumentIdIn(one.instrumentId);
      const isAsWritten = id === undefined || (message.kind === 'command' && id === one.instrumentId);
      return isAsWritten ? [] : [{ one, id }]; // what is no id is refused by the schema, with the reason
    });
    if (meant.length === 0) return next();
    const stored = await names.allStoredAs(meant.map(({ id }) => id));
    const idOf = new Map<unknown, InstrumentId>(meant.map(({ one }, i) => [one, stored[i]]));
    if (meant.every(({ one }) => idOf.get(one) === one.instrumentId)) return next();
    const asStored = (one: unknown): unknown =>
      idOf.has(one) ? { ...(one as object), instrumentId: idOf.get(one) } : one;
    const renamed = asStored(input) as typeof input;
    return next({ ...message, input: Array.isArray(series) ? { ...renamed, series: series.map(asStored) } : renamed });
  };
}

function namesInstrument(value: unknown): value is { readonly instrumentId: string } {
  return typeof (value as { readonly instrumentId?: unknown } | null)?.instrumentId === 'string';
}
