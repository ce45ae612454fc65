import { BAR_INTERVALS, type BarInterval } from '../src/market/index.ts';

const RARE: ReadonlySet<BarInterval> = new Set(['1s', '5s', '15s', '30s', '6h', '8h', '12h']);

/** Those that live instruments mostly have. */
export const LIVE_INTERVALS = BAR_INTERVALS.filter((interval) => !RARE.has(interval));
