import Type from 'typebox';
import { instrumentId, seriesId } from '../../../../market/index.ts';
import { AlignText, InstrumentIdText, IntervalText } from '../../../../market/schemas.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { SyncCollections } from '../../collections.ts';

/**
 * Ends the tracking of a series, which a sync without `to` began; what was stored stays, and a job at it goes on. One that
 * is not tracked is as good as ended.
 */
export const untrackSeries = defineCommand<void>()(
  'sync.untrack-series',
  Type.Object({ instrumentId: InstrumentIdText, interval: IntervalText, align: Type.Optional(AlignText) }),
  { isRepeatable: true },
);

export function handleUntrackSeries({ tracked }: SyncCollections): HandlerOf<typeof untrackSeries> {
  return async ({ instrumentId: id, interval, align }) => {
    await tracked.deleteOne({ _id: seriesId(instrumentId(id), interval, align) });
  };
}
