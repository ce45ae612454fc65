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
  /** Hears that it is stored from now on, before the database tells so. */
  note(id: InstrumentId): void;
  /** Hears that bars or the declaration of it were deleted. */
  forget(id: InstrumentId): void;
}

const MOST_REMEMBERED = 100_000;

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
  async function lookedUp(id: InstrumentId, key: string): Promise<string[]> {
    const projection = { _id: 1 } as const;
    const ids = { $in: [id, key] };
    const count = { $gt: 0 };
    const found = await Promise.all([
      instruments.find({ _id: ids }, { projection }).toArray(),
      instruments.find({ withoutCase: key }, { projection }).toArray(),
      series.find({ instrumentId: ids, count }, { projection: { instrumentId: 1 } }).toArray(),
      series.find({ withoutCase: key, count }, { projection: { instrumentId: 1 } }).toArray(),
    ]);
    return found.flat().map((document) => ('instrumentId' in document ? document.instrumentId : document._id));
  }

  return {
    note,
    forget: (id) => void known.get(withoutCase(id))?.delete(id),
    async storedAs(id) {
      const key = withoutCase(id);
      if (known.get(key)?.has(id) === true) return id;
      const stored = new Set([...(await lookedUp(id, key)), ...(known.get(key) ?? [])]) as Set<InstrumentId>;
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
    },
  };
}
