import Type from 'typebox';
import { defaultGrid, type OpenBar } from '../../../../market/index.ts';
import { InstrumentIdText, IntervalText } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { NotFoundError } from '../../../../platform/errors/index.ts';
import type { LiveCollections } from '../../collections.ts';
import type { FeedSupervisor } from '../../feeds/supervisor.ts';
import type { LivePort } from '../../port.ts';

/** A bar that still runs. */
export interface CurrentBar extends OpenBar {
  readonly instrumentId: string;
  readonly provider: string;
  /** When it was this, UTC epoch ms. */
  readonly at: number;
}

/** How long after its end a bar waits for late trades, with time for its closing to be written down. */
const CLOSING_MS = 5_000;

/**
 * The current bar of a series, as the feed has it.
 * @throws NotFoundError `CURRENT_BAR_NOT_FOUND` if no feed makes it, or nothing was traded in it yet
 */
export const getCurrentBar = defineQuery<CurrentBar>()(
  'live.get-current-bar',
  Type.Object({ instrumentId: InstrumentIdText, interval: IntervalText }),
);

export function answerGetCurrentBar(
  { currentBars }: LiveCollections,
  { findInstrument }: LivePort,
  supervisor: FeedSupervisor,
): HandlerOf<typeof getCurrentBar> {
  return async ({ instrumentId, interval }, { now }) => {
    const [flushed, hours] = await Promise.all([
      currentBars.find({ instrumentId }).toArray(),
      findInstrument(instrumentId),
    ]);
    const grid = defaultGrid(interval, hours);
    const running = flushed
      .map((current) => supervisor.refreshed(current))
      .flatMap(({ provider, at, vendorAt = at, bars }) => {
        // A feed that fell silent leaves bars behind that are over, by the vendor's clock where ours is ahead of it.
        const over = now - Math.max(0, at - vendorAt) - CLOSING_MS;
        const left = bars.filter((bar) => bar.interval === interval && grid.spanOf(bar.openTime).to > over);
        return left.map((bar) => ({ ...bar, instrumentId, provider, at }));
      })
      .sort((a, b) => b.openTime - a.openTime || b.at - a.at);
    if (running.length > 0) return running[0];
    throw new NotFoundError(
      'CURRENT_BAR_NOT_FOUND',
      `No ${interval} bar of ${instrumentId} runs: it is not subscribed to, or nothing was traded in it yet`,
    );
  };
}
