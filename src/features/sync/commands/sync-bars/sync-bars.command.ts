import Type, { type Static } from 'typebox';
import { countableYears, instrumentId, isBelowDay, isCountable, seriesId } from '../../../../market/index.ts';
import { AlignText, InstrumentIdText, IntervalText, Time } from '../../../../market/schemas.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { ConflictError, InvalidRequestError } from '../../../../platform/errors/index.ts';
import type { JobScheduler } from '../../../../platform/scheduler/index.ts';
import { providerFor, symbolAmong, type MarketDataProvider } from '../../../../providers/contract/index.ts';
import { SYNC_JOB, type SyncCollections, type SyncJob } from '../../collections.ts';
import type { SyncPort, SyncTask } from '../../port.ts';
import { fetchedInterval } from '../../resolve-request.ts';
import { ProviderText } from '../../schemas.ts';
import { NO_PROGRESS } from '../../syncing/sync-progress.ts';

export const SyncRequest = Type.Object({
  instrumentId: InstrumentIdText,
  interval: IntervalText,
  align: Type.Optional(AlignText),
  provider: Type.Optional(ProviderText),
  from: Type.Optional(Time),
  to: Type.Optional(Time),
  acceptJump: Type.Optional(Type.Boolean()),
  verifyEmpty: Type.Optional(Type.Boolean()),
  /** Leaves the series untracked where it is not tracked any more. */
  keepsTracking: Type.Optional(Type.Boolean()),
});
export type SyncRequest = Static<typeof SyncRequest>;

/**
 * Orders a series to be brought up to the provider in `[from, to)`, UTC epoch ms. Without `to` it goes up to now, and
 * the series is tracked: kept complete from then on. The answer is the job; one that is at the same work already is
 * answered instead. Where the provider has not the interval, the largest that divides it is fetched, and larger ones
 * are derived on reading. `provider` and `from` may be left out for a tracked series. `verifyEmpty` also asks again for
 * all that counts as empty. With `acceptJump` prices or volumes may jump by a factor of 100, which else is taken for
 * another unit and refused.
 * With `align: 'session'` the provider's bars that begin with trading are fetched, into the series of those.
 * @throws InvalidRequestError `UNKNOWN_PROVIDER`, `PROVIDER_INTERVAL_UNKNOWN`, `PROVIDER_HAS_NO_SESSION_BARS`,
 *   `NO_SCHEDULE`, `NO_SESSIONS`, `INVALID_RANGE`
 * @throws ConflictError `OTHER_PRICE_BASIS` if what is stored means something else than the provider's prices
 */
export const syncBars = defineCommand<SyncJob>()('sync.sync-bars', SyncRequest, { isRepeatable: true });

export function handleSyncBars(
  { tracked }: SyncCollections,
  port: SyncPort,
  scheduler: JobScheduler,
): HandlerOf<typeof syncBars> {
  return async (order, { now }) => {
    const all = await tracked.find({ instrumentId: order.instrumentId }, { sort: { _id: 1 } }).toArray();
    const align = order.align === 'session' && isBelowDay(order.interval) ? order.align : undefined;
    const known = all.find((series) => series.interval === order.interval && series.align === align) ?? all.at(0);
    const provider = providerFor(port.providers, order.provider ?? known?.provider, order.instrumentId);
    const interval = fetchedInterval(provider, order.interval, align);
    const series = { instrumentId: order.instrumentId, interval, ...(align === undefined ? {} : { align }) };
    const _id = seriesId(instrumentId(order.instrumentId), interval, align);
    const same = all.find((tracks) => tracks._id === _id);
    const from = order.from ?? (same ?? known)?.from;
    if (from === undefined)
      throw new InvalidRequestError('INVALID_RANGE', `Name "from": ${order.instrumentId} was never synced before`);
    if (order.to !== undefined && order.to <= from)
      throw new InvalidRequestError('INVALID_RANGE', '"from" must be before "to"');
    if (!isCountable({ from, to: order.to ?? now }, interval))
      throw new InvalidRequestError(
        'INVALID_RANGE',
        `A sync of ${interval} bars is of ${countableYears(interval)} years at most; name a later "from"`,
      );
    await port.gridOf(series);
    await port.registerInstrument(order.instrumentId);
    await requireSameBasis(series, provider, port);
    const symbol = symbolAmong(await port.aliasesOf(order.instrumentId), provider.name);
    const request: SyncTask = {
      ...series,
      provider: provider.name,
      from,
      ...(order.to === undefined ? {} : { to: order.to }),
      ...(symbol === undefined ? {} : { symbol }),
      ...(order.acceptJump === true ? { acceptJump: true } : {}),
      ...(order.verifyEmpty === true ? { verifyEmpty: true } : {}),
    };
    const job = await scheduler.enqueue({
      kind: SYNC_JOB,
      input: request,
      progress: NO_PROGRESS,
      key: `${_id} ${provider.name} ${from} ${order.to ?? 'now'}${order.verifyEmpty === true ? ' verify' : ''}`,
    });
    // A range with an end is a wish for once, one without a wish for good.
    if (order.to !== undefined) return job as SyncJob;
    const earliest = Math.min(from, same?.from ?? from);
    const state = { ...series, provider: provider.name, from: earliest, jobId: job.id };
    await tracked.updateOne({ _id }, { $set: state }, { upsert: order.keepsTracking !== true });
    return job as SyncJob;
  };
}

/** Raw prices and adjusted ones never stand side by side in a series. */
async function requireSameBasis(
  series: Pick<SyncTask, 'instrumentId' | 'interval' | 'align'>,
  provider: MarketDataProvider,
  port: SyncPort,
): Promise<void> {
  const { openTime } = await port.barsAtEdge({ ...series, limit: 1, order: 'asc' });
  if (openTime.length === 0) return;
  const { basis = 'raw' } = await port.ledgerOf({ ...series, from: openTime[0], to: openTime[0] + 1 });
  if (basis !== provider.basis)
    throw new ConflictError(
      'OTHER_PRICE_BASIS',
      `The ${series.interval} bars of ${series.instrumentId} are ${basis} prices, ${provider.name} gives ${provider.basis}; ` +
        'delete the bars first, or take a provider of the same basis',
    );
}
