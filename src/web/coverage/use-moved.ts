import { useEffect, useRef } from 'preact/hooks';
import { seriesNamed } from '../format/series.ts';
import { useFollow } from '../use-follow.ts';
import { isEnded, type Job } from './fetching.ts';

interface Moved {
  /** Bars or coverage of instruments changed. */
  readonly onMoved: (isMoved: (instrumentId: string) => boolean) => void;
  /** An instrument that is not known has bars now. */
  readonly onUnknown: () => void;
  readonly isKnown: (instrumentId: string) => boolean;
  readonly onJob: (job: Job) => void;
}

/** What moves is told at most this often, however fast it moves. */
const TELL_EACH_MS = 1_000;

/** Tells what became old: by changes of bars, and by jobs, which also learn that there are none. */
export function useMoved(moved: Moved): void {
  const { onJob, isKnown } = moved;
  const latest = useRef(moved);
  latest.current = moved;
  const waiting = useRef(new Set<string>());
  const timer = useRef<number>(undefined);

  function note(instrumentId: string): void {
    waiting.current.add(instrumentId);
    timer.current ??= window.setTimeout(tell, TELL_EACH_MS);
  }
  function tell(): void {
    timer.current = undefined;
    const told = waiting.current;
    waiting.current = new Set();
    latest.current.onMoved((instrumentId) => told.has(instrumentId));
    if ([...told].some((one) => !latest.current.isKnown(one))) latest.current.onUnknown();
  }

  useFollow(['changes', 'jobs'], (event) => {
    if (event.type === 'change') note(seriesNamed(event.change.series).instrumentId);
    if (event.type !== 'job') return;
    onJob(event.job);
    const { instrumentId } = event.job;
    if (instrumentId !== null && (isEnded(event.job) || !isKnown(instrumentId))) note(instrumentId);
  });
  useEffect(() => () => window.clearTimeout(timer.current), []);
}
