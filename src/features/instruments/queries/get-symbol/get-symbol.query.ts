import Type from 'typebox';
import type { SessionSchedule } from '../../../../market/index.ts';
import { InstrumentIdText } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { NotFoundError } from '../../../../platform/errors/index.ts';
import { declaredIn, type InstrumentsCollections } from '../../collections.ts';
import { withSeries, type InstrumentWithSeries } from '../../instrument.ts';

/**
 * One instrument with its series.
 * @throws NotFoundError `INSTRUMENT_NOT_FOUND` if it is neither registered nor has bars
 */
export const getSymbol = defineQuery<InstrumentWithSeries>()(
  'instruments.get-symbol',
  Type.Object({ instrumentId: InstrumentIdText }),
);

export function answerGetSymbol(
  { instruments, series }: InstrumentsCollections,
  schedules: ReadonlyMap<string, SessionSchedule>,
): HandlerOf<typeof getSymbol> {
  return async ({ instrumentId: _id }) => {
    const [document, heads] = await Promise.all([
      instruments.findOne({ _id }),
      series.find({ instrumentId: _id, count: { $gt: 0 } }).toArray(),
    ]);
    if (document === null && heads.length === 0)
      throw new NotFoundError('INSTRUMENT_NOT_FOUND', `${_id} is neither registered nor has bars`);
    return withSeries(schedules, _id, declaredIn(document), heads);
  };
}
