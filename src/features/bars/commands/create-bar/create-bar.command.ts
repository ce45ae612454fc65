import Type from 'typebox';
import { chunkWindow } from '../../../../chunk/index.ts';
import {
  BAR_STATES,
  barAt,
  columnsOfRows,
  instrumentId,
  isoOfEpochMs,
  seriesId,
  type Bar,
  type InstrumentId,
} from '../../../../market/index.ts';
import { AlignText, InstrumentIdText, IntervalText, Time } from '../../../../market/schemas.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { ConflictError, InvalidRequestError } from '../../../../platform/errors/index.ts';
import type { BarsCollections } from '../../collections.ts';
import { EpochNumbersText, ProviderText, WritableState } from '../../schemas.ts';
import { findGrid } from '../../series-grid.ts';
import { writeChunks } from '../../write-chunks.ts';
import { findUnfinished, type FindInstrument } from '../upsert-bars/find-unfinished.ts';
import { observedByNow } from '../upsert-bars/observed-by-now.ts';
import { prepareBars } from '../upsert-bars/prepare-bars.ts';
import { decideUpsert, type WrittenBars } from '../upsert-bars/upsert-bars.command.ts';

/**
 * Stores one new bar and answers with it, as it is stored: a day that may still run is provisional, whatever was sent.
 * @throws ConflictError `BAR_EXISTS` if the series has a bar with this openTime; upsert to change it
 * @throws InvalidRequestError `INVALID_REQUEST` if the bar breaks a rule, or its interval is not over; `NO_SCHEDULE`, `NO_SESSIONS`
 */
export const createBar = defineCommand<Bar>()(
  'bars.create-bar',
  Type.Object({
    instrumentId: InstrumentIdText,
    interval: IntervalText,
    align: Type.Optional(AlignText),
    provider: ProviderText,
    state: WritableState,
    observedAt: Type.Optional(Time),
    bar: Type.Unknown(),
    epochNumbers: Type.Optional(EpochNumbersText),
  }),
);

export function handleCreateBar(
  collections: BarsCollections,
  onWritten: (id: InstrumentId, bars: WrittenBars) => void,
  findInstrument: FindInstrument,
): HandlerOf<typeof createBar> {
  return async (input, { now }) => {
    const { interval, align, provider, state, observedAt, bar, epochNumbers } = input;
    const id = instrumentId(input.instrumentId);
    const series = seriesId(id, interval, align);
    const grid = await findGrid(input, () => findInstrument(id));
    const read = columnsOfRows([bar], BAR_STATES.indexOf(state), epochNumbers);
    const unfinished = await findUnfinished(read.columns.openTime, { id, interval, now }, findInstrument);
    const { columns, rejected } = prepareBars(read.columns, { interval, grid, now, unfinished });
    const fault = read.faults[0] ?? rejected[0];
    if (fault !== undefined)
      throw new InvalidRequestError('INVALID_REQUEST', fault.message, {
        errors: [{ path: '/bar', message: fault.message }],
      });

    const openTime = columns.openTime[0];
    const observation = {
      provider,
      observedAt: observedByNow(observedAt ?? now, now),
      isObservedAtGiven: observedAt !== undefined,
    };
    await writeChunks(collections, { series, now }, [
      {
        window: chunkWindow(openTime, interval),
        decide: (content) => {
          if (content?.bars.openTime.includes(openTime) === true)
            throw new ConflictError(
              'BAR_EXISTS',
              `${series} has a bar at ${isoOfEpochMs(openTime)}; upsert to change it`,
            );
          return decideUpsert(content, columns, grid, observation).change;
        },
      },
    ]);
    onWritten(id, { inserted: 1, changed: 0 });
    return barAt(columns, 0);
  };
}
