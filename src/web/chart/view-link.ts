import type { Scale } from './chart-canvas.ts';
import type { FirstSight } from './view.ts';
import { isInterval, type Interval } from '../intervals.ts';

/** What the link says of the view. */
export interface ChartView {
  readonly instrumentId: string | undefined;
  readonly interval: Interval | undefined;
  readonly align: 'session' | undefined;
  readonly scale: Scale;
  readonly compare: string | undefined;
  readonly compareAs: 'line' | 'candles';
  /** Epoch ms, as all times here. */
  readonly asOf: number | undefined;
  /** The slider is there, be it at "now". */
  readonly isAsOf: boolean;
  /** Where a replay is; undefined while there is none. */
  readonly replay: number | undefined;
  readonly isTable: boolean;
  readonly sight: FirstSight;
}

/** Reads what a link says; what cannot be read is left out. */
export function viewOf(given: Readonly<Record<string, string>>): ChartView {
  const { id, interval, align, scale, compare, as, asOf, replay, table } = given;
  return {
    instrumentId: id,
    interval: isInterval(interval) ? interval : undefined,
    align: align === 'session' ? align : undefined,
    scale: scale === 'log' || scale === 'percent' ? scale : 'linear',
    compare,
    compareAs: as === 'candles' ? as : 'line',
    asOf: timeOf(asOf),
    isAsOf: asOf !== undefined,
    replay: timeOf(replay),
    isTable: table === 'yes',
    sight: sightOf(given),
  };
}

function sightOf({ from, to, at, replay }: Readonly<Record<string, string>>): FirstSight {
  const [begin, end, moment] = [timeOf(from), timeOf(to), timeOf(at) ?? timeOf(replay)];
  if (begin !== undefined && end !== undefined && begin < end) return { from: begin, to: end };
  const middle = moment ?? begin;
  return middle === undefined ? 'newest' : { at: middle };
}

/** A moment of a link, in UTC where it names no zone. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(/T[^Z+-]*$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : time;
}

/** A moment as links have it: without what is zero at its end. */
export function linkTime(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

/** The moment that a sight is around; undefined for the newest bars. */
export function middleOf(sight: FirstSight): number | undefined {
  if (sight === 'newest') return undefined;
  return 'at' in sight ? sight.at : (sight.from + sight.to) / 2;
}
