import Type from 'typebox';
import { caseField, instrumentId, scheduleNamed, type SessionSchedule } from '../../../../market/index.ts';
import { InstrumentIdText, Time } from '../../../../market/schemas.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { InvalidRequestError } from '../../../../platform/errors/index.ts';
import { declaredIn, type InstrumentsCollections } from '../../collections.ts';
import { withSeries, type InstrumentWithSeries } from '../../instrument.ts';
import { detailFields } from '../../schemas.ts';
import { keepSearchText } from '../../search-text.ts';
import type { StoredNames } from '../../stored-names.ts';

/**
 * Declares an instrument, or changes what is declared: fields that are left out stay as they are.
 * @throws InvalidRequestError `INVALID_RANGE` if `listedFrom` is not before `listedTo`, `UNKNOWN_SCHEDULE`
 */
export const registerSymbol = defineCommand<InstrumentWithSeries>()(
  'instruments.register-symbol',
  Type.Object({
    instrumentId: InstrumentIdText,
    ...detailFields,
    listedFrom: Type.Optional(Time),
    listedTo: Type.Optional(Time),
  }),
  { isRepeatable: true },
);

export function handleRegisterSymbol(
  { instruments, series }: InstrumentsCollections,
  schedules: ReadonlyMap<string, SessionSchedule>,
  names: Pick<StoredNames, 'note'>,
): HandlerOf<typeof registerSymbol> {
  return async ({ instrumentId: _id, ...details }, { now }) => {
    if (details.schedule !== undefined && scheduleNamed(schedules, details.schedule) === undefined)
      throw new InvalidRequestError(
        'UNKNOWN_SCHEDULE',
        `No schedule is called "${details.schedule}"; known are ${[...schedules.keys()].join(', ')}, and the exchanges of docs/reference/exchanges.md`,
      );
    const before = await instruments.findOne({ _id });
    const { listedFrom, listedTo } = { ...before, ...details };
    if (listedFrom !== undefined && listedTo !== undefined && listedFrom >= listedTo)
      throw new InvalidRequestError('INVALID_RANGE', 'listedFrom must be before listedTo');
    const stored = await instruments.findOneAndUpdate(
      { _id },
      {
        ...(Object.keys(details).length > 0 ? { $set: details } : {}),
        $setOnInsert: { registeredAt: now, ...caseField(_id) },
      },
      { upsert: true, returnDocument: 'after' },
    );
    await keepSearchText(instruments, _id);
    names.note(instrumentId(_id));
    return withSeries(schedules, _id, declaredIn(stored), await series.find({ instrumentId: _id }).toArray());
  };
}
