import { getLedger } from '../../features/coverage/index.ts';
import { getSymbolDetails, type StoredNames } from '../../features/instruments/index.ts';
import { instrumentIdIn } from '../../market/index.ts';
import type { Middleware } from '../../platform/bus/index.ts';

/** Asked within the work of other messages, of the very instrument that is worked at. */
const OF_EXACTLY_ONE: ReadonlySet<string> = new Set([getSymbolDetails.messageName, getLedger.messageName]);

/**
 * Has a message name its instrument as it is stored, where it is written in another case. A query finds what is stored; a
 * command may mean another instrument, such as `US:BCpC` beside `US:BCPC`, and is taken as it is written, but for one that
 * is not written out: `nasdaq:aapl`.
 */
export function namingAsStored(names: Pick<StoredNames, 'storedAs'>): Middleware {
  return async (message, _context, next) => {
    const input = message.input as Readonly<Record<string, unknown>>;
    const written = input['instrumentId'];
    if (typeof written !== 'string' || OF_EXACTLY_ONE.has(message.name)) return next();
    const id = instrumentIdIn(written);
    const isAsWritten = id === undefined || (message.kind === 'command' && id === written);
    if (isAsWritten) return next(); // what is no id is refused by the schema, with the reason
    const instrumentId = await names.storedAs(id);
    return instrumentId === written ? next() : next({ ...message, input: { ...input, instrumentId } });
  };
}
