import {
  columnsOfBars,
  concatColumns,
  defaultGrid,
  epochMs,
  OPEN,
  seriesInterval,
  type BarColumns,
  type BarGrid,
  type BarInterval,
  type BarPlace,
  type InstrumentId,
} from '../../../market/index.ts';
import type { BarsCollections } from '../collections.ts';
import { partsExpected } from './expectations.ts';
import { partsJudge } from './judge-parts.ts';
import type { AnswerPlan, BarsPort, ObservedOpenBar } from './plan-answer.ts';
import type { BarsQuestion } from './bars-question.ts';
import { readBars } from './read-bars.ts';
import { followsTradingDays } from './session-source.ts';

/**
 * The bar that runs now, if the question reaches up to it: as live data makes it, or else of the stored bars that are
 * over by now and the one of them that runs.
 */
export async function currentBar(
  collections: BarsCollections,
  port: Pick<BarsPort, 'findOpenBar'>,
  plan: AnswerPlan<unknown>,
  { interval, from = -Infinity, to = Infinity, cursor, order }: BarsQuestion,
  now: number,
): Promise<BarColumns | undefined> {
  const { id, source, range, facts } = plan;
  const liveGrid = defaultGrid(interval, facts);
  const place = (followsTradingDays(source, interval) ? liveGrid : source.grid).barEndingAfter(now);
  const end = cursor !== undefined && order === 'desc' ? range.to : to;
  if (place.from > now || place.openTime < from || place.openTime >= end) return undefined;
  const open = await liveBarAt(place, { id, interval }, liveGrid, port);
  if (open !== undefined) return columnOf(open);
  const { stored, isDerived } = source;
  if (!isDerived || stored === undefined || plan.read === undefined) return undefined;

  const parts: BarColumns[] = [];
  const held = { from: epochMs(source.grid.heldFrom(place.openTime)), to: epochMs(now) };
  const read = { ...plan.read, range: held, order: 'asc' } as const;
  for await (const batch of readBars(collections, read, Infinity)) parts.push(batch);
  const parted = partsExpected(plan, stored);
  const part = { id, interval: stored.interval };
  const livePartGrid = defaultGrid(part.interval, facts);
  const partPlace = (stored.align === 'session' ? parted.grid : livePartGrid).barEndingAfter(now);
  // Without live data nobody knows what was traded since the last stored bar.
  const openPart = await liveBarAt(partPlace, part, livePartGrid, port);
  const known = concatColumns(openPart === undefined ? parts : [...parts, columnOf(openPart)]);
  const bars = source.grid.aggregate(known);
  if (bars.openTime.length === 0) return undefined;
  const { losses } = partsJudge(source.grid, parted, seriesInterval(stored.interval, stored.align)).judge({
    bars,
    parts: known,
  });
  const isPartial = openPart?.isPartial !== false || losses.some(({ range: lost }) => lost.reason !== 'notYet');
  return { ...bars, state: bars.state.fill(OPEN), isPartial: Uint8Array.of(isPartial ? 1 : 0) };
}

/** The bar that live data makes, if it is the one of this place: bars of two grids may share their name, but not their end. */
async function liveBarAt(
  place: BarPlace,
  { id, interval }: { readonly id: InstrumentId; readonly interval: BarInterval },
  liveGrid: BarGrid,
  { findOpenBar }: Pick<BarsPort, 'findOpenBar'>,
): Promise<ObservedOpenBar | undefined> {
  const open = await findOpenBar(id, interval);
  const isHere = open?.openTime === place.openTime && liveGrid.spanOf(open.openTime).to === place.to;
  return isHere ? open : undefined;
}

function columnOf(bar: ObservedOpenBar): BarColumns {
  return {
    ...columnsOfBars([bar], OPEN),
    isPartial: Uint8Array.of(bar.isPartial ? 1 : 0),
    provider: Uint16Array.of(0),
    providers: [bar.provider],
    observedAt: Float64Array.of(bar.at),
  };
}
