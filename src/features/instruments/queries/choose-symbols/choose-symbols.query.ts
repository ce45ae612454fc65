import Type from 'typebox';
import { instrumentId, parseSeriesId, type InstrumentId } from '../../../../market/index.ts';
import { ChoiceFields } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { InvalidRequestError, NotFoundError } from '../../../../platform/errors/index.ts';
import type { InstrumentsCollections } from '../../collections.ts';
import { globMatcher } from './glob-matcher.ts';
import type { StoredNames } from '../../stored-names.ts';

/**
 * The instruments that are named by `ids`, an `exchange` or a `glob`, in order, each once. Ids are taken as they are
 * stored; those of which nothing is known stay as they are written.
 * @throws InvalidRequestError `INVALID_REQUEST` if not exactly one way is used; `INSTRUMENT_AMBIGUOUS`
 * @throws NotFoundError `INSTRUMENT_NOT_FOUND` if an exchange or a glob has no instrument
 */
export const chooseSymbols = defineQuery<readonly InstrumentId[]>()(
  'instruments.choose-symbols',
  Type.Object(ChoiceFields),
);

export function answerChooseSymbols(
  { instruments, series }: InstrumentsCollections,
  names: Pick<StoredNames, 'allStoredAs'>,
): HandlerOf<typeof chooseSymbols> {
  /** All that are registered or have bars; of one exchange if it is named. */
  async function known(exchange: string | undefined): Promise<string[]> {
    const ids = exchange === undefined ? {} : { _id: { $gte: `${exchange}:`, $lt: `${exchange};` } }; // ';' follows ':'
    const [documents, heads] = await Promise.all([
      instruments.find(ids, { projection: { _id: 1 } }).toArray(),
      series.find(ids, { projection: { _id: 1, count: 1 } }).toArray(), // by an index that has both
    ]);
    const stored = heads.filter(({ count }) => count > 0).map(({ _id }) => parseSeriesId(_id).instrumentId);
    return [...documents.map(({ _id }) => _id), ...stored];
  }

  return async ({ ids, exchange, glob }) => {
    if ([ids, exchange, glob].filter((way) => way !== undefined).length !== 1)
      throw new InvalidRequestError('INVALID_REQUEST', 'Name the instruments by one of ids, exchange and glob');
    if (ids !== undefined) return inOrder(await names.allStoredAs(ids.map(instrumentId)));
    const matches = glob === undefined ? () => true : globMatcher(glob);
    const found = (await known(exchange ?? exchangeOfGlob(glob ?? ''))).filter(matches);
    if (found.length > 0) return inOrder(found as InstrumentId[]);
    const wanted = exchange === undefined ? `that matches ${glob}` : `of exchange ${exchange}`;
    throw new NotFoundError(
      'INSTRUMENT_NOT_FOUND',
      `No instrument ${wanted} is stored; GET /symbols or "pocketquant symbols" shows what is`,
    );
  };
}

function inOrder(ids: readonly InstrumentId[]): readonly InstrumentId[] {
  return [...new Set(ids)].sort();
}

/** The exchange of a pattern; `undefined` if it may be several. */
function exchangeOfGlob(glob: string): string | undefined {
  return /^([A-Za-z0-9._-]{1,32}):/.exec(glob)?.[1].toUpperCase();
}
