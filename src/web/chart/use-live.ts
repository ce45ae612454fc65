import type { FollowEvent, StreamTopic } from '../../client/index.ts';
import { useFollow } from '../use-follow.ts';
import { useLookingAfter } from '../use-looking.ts';
import type { ChartControl } from './chart-control.ts';
import type { FetchedSeries, GapJobs } from './gap-jobs.ts';

/** Brings what happens to the stored series onto the chart. What was known earlier does not move. */
export function useLive(control: ChartControl | undefined, series: FetchedSeries, isMoving: boolean): void {
  const { instrumentId, interval, align } = series;
  const topic: StreamTopic = `bars:${instrumentId}/${interval}${align === undefined ? '' : '@session'}`;
  useFollow(isMoving ? [topic] : [], (event) => control !== undefined && showEvent(control, interval, event));
}

function showEvent(control: ChartControl, interval: FetchedSeries['interval'], event: FollowEvent): void {
  if (event.type === 'bar' || event.type === 'openBar') {
    const { openTime, open, high, low, close, volume, state } = event.bar;
    const bar = { openTime: Date.parse(openTime), open, high, low, close, volume, state };
    const { isPartial } = event.bar;
    control.noteBar(interval, isPartial === undefined ? bar : { ...bar, isPartial });
  } else if (event.type === 'subscribed') {
    control.noteTail(); // what came before is not told
  } else if (event.type === 'change') {
    control.noteChange({ from: Date.parse(event.change.from), to: Date.parse(event.change.to) });
  }
}

/** Looks again for bars of an instrument that has none yet, as soon as some are stored, by whomever. */
export function useFirstBars(hasNone: boolean, instrumentId: string, onStored: () => void): void {
  const onChange = useLookingAfter(onStored);
  useFollow(hasNone ? ['changes'] : [], (event) => {
    const isOfInstrument = event.type === 'change' && event.change.series.startsWith(`${instrumentId}/`);
    if (isOfInstrument || event.type === 'subscribed') onChange();
  });
}

/** Keeps the jobs of gaps up to date. */
export function useGapJobs(jobs: GapJobs): void {
  useFollow(['jobs'], (event) => {
    if (event.type === 'job') jobs.note(event.job);
  });
}
