import { withoutCase, type InstrumentId } from '../../market/index.ts';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import type { InstrumentsCollections } from './collections.ts';

/** Which stored instrument a name means. */
export interface StoredNames {
  /**
   * The stored instrument of this name: exactly it, else the only one that differs from it by case alone; where none is
   * stored, the name itself.
   * @throws InvalidRequestError `INSTRUMENT_AMBIGUOUS` if several differ from it by case alone
   */
  storedAs(id: InstrumentId): Promise<InstrumentId>;
  /** The same of many, in their order. */
  allStoredAs(ids: readonly InstrumentId[]): Promise<readonly InstrumentId[]>;
  /** Hears that it is stored from now on, before the database tells so. */
  note(id: InstrumentId): void;
  /** Hears that bars or the declaration of it were deleted. */
  forget(id: InstrumentId): void;
}

const MOST_REMEMBERED = 100_000;
const LOOKED_UP_AT_ONCE = 1_000;

/** Looks by indexes, and but once for what is stored. */
export function createStoredNames({ instruments, series }: InstrumentsCollections): StoredNames {
  const known = new Map<string, Set<InstrumentId>>();
  let remembered = 0;

  function note(id: InstrumentId): void {
    const key = withoutCase(id);
    if (known.get(key)?.has(id) === true) return;
    if (++remembered > MOST_REMEMBERED) {
      known.clear();
      remembered = 1;
    }
    known.set(key, (known.get(key) ?? new Set()).add(id));
  }

  /** Those that are as they would be without case have no field that says so. */
  async function lookedUp(names: readonly InstrumentId[]): Promise<string[]> {
    if (names.length === 0) return [];
    const projection = { _id: 1 } as const;
    const keys = names.map(withoutCase);
    const ids = { $in: [...new Set([...names, ...keys])] };
    const inAnyCase = { $in: keys };
    const count = { $gt: 0 };
    const found = await Promise.all([
      instruments.find({ _id: ids }, { projection }).toArray(),
      instruments.find({ withoutCase: inAnyCase }, { projection }).toArray(),
      series.find({ instrumentId: ids, count }, { projection: { instrumentId: 1 } }).toArray(),
      series.find({ withoutCase: inAnyCase, count }, { projection: { instrumentId: 1 } }).toArray(),
    ]);
    return found.flat().map((document) => ('instrumentId' in document ? document.instrumentId : document._id));
  }

  function meant(id: InstrumentId, found: ReadonlyMap<string, readonly string[]>): InstrumentId {
    const key = withoutCase(id);
    const stored = new Set([...(found.get(key) ?? []), ...(known.get(key) ?? [])]) as Set<InstrumentId>;
    if (stored.has(id)) {
      note(id);
      return id;
    }
    const [one = id, another] = stored;
    if (another === undefined) return one;
    const names = [...stored].sort().join(' and ');
    throw new InvalidRequestError(
      'INSTRUMENT_AMBIGUOUS',
      `${names} are stored, which differ from ${id} by case alone; write the one that is meant`,
    );
  }

  async function allStoredAs(ids: readonly InstrumentId[]): Promise<readonly InstrumentId[]> {
    const unknown = ids.filter((id) => known.get(withoutCase(id))?.has(id) !== true);
    const found: string[] = [];
    for (let start = 0; start < unknown.length; start += LOOKED_UP_AT_ONCE)
      found.push(...(await lookedUp(unknown.slice(start, start + LOOKED_UP_AT_ONCE))));
    const byKey = Map.groupBy(found, withoutCase);
    return ids.map((id) => (known.get(withoutCase(id))?.has(id) === true ? id : meant(id, byKey)));
  }

  return {
    note,
    forget: (id) => void known.get(withoutCase(id))?.delete(id),
    storedAs: async (id) => (await allStoredAs([id]))[0],
    allStoredAs,
  };
}
