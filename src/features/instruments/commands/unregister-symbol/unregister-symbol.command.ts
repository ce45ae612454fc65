import Type from 'typebox';
import { instrumentId } from '../../../../market/index.ts';
import { InstrumentIdText } from '../../../../market/schemas.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { ConflictError, NotFoundError } from '../../../../platform/errors/index.ts';
import type { InstrumentsCollections } from '../../collections.ts';
import type { StoredNames } from '../../stored-names.ts';

/**
 * Forgets what was declared of an instrument that has no bars.
 * @throws NotFoundError `INSTRUMENT_NOT_FOUND` if it was never registered
 * @throws ConflictError `INSTRUMENT_HAS_BARS` if bars of it are stored; delete those first
 */
export const unregisterSymbol = defineCommand<void>()(
  'instruments.unregister-symbol',
  Type.Object({ instrumentId: InstrumentIdText }),
);

export function handleUnregisterSymbol(
  { instruments, series }: InstrumentsCollections,
  names: Pick<StoredNames, 'forget'>,
): HandlerOf<typeof unregisterSymbol> {
  return async ({ instrumentId: _id }) => {
    const held = await series.findOne({ instrumentId: _id, count: { $gt: 0 } });
    if (held !== null)
      throw new ConflictError('INSTRUMENT_HAS_BARS', `${held._id} has bars (${held.count}); delete them first`);
    const { deletedCount } = await instruments.deleteOne({ _id });
    names.forget(instrumentId(_id));
    if (deletedCount === 0) throw new NotFoundError('INSTRUMENT_NOT_FOUND', `${_id} is not registered`);
  };
}
