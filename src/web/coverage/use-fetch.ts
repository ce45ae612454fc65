import { useRef, useState } from 'preact/hooks';
import { notify } from '../parts/notices.tsx';
import { isEnded, jobText, type Job } from './fetching.ts';

/** A fetch that was ordered here, and how far it is. */
export interface Fetch {
  readonly job: Job | undefined;
  /** Orders it. */
  readonly start: (order: Promise<Job>) => Promise<void>;
  /** Hears of any job. */
  readonly hear: (job: Job) => void;
  readonly forget: () => void;
}

export function useFetch(): Fetch {
  const [job, setJob] = useState<Job>();
  const shown = useRef<Job>(undefined);
  // The stream may tell of a job before the order is answered.
  const early = useRef<Map<string, Job>>(undefined);

  function show(next: Job | undefined): void {
    const wasRunning = shown.current !== undefined && !isEnded(shown.current);
    shown.current = next;
    setJob(next);
    if (next !== undefined && wasRunning && isEnded(next))
      notify({ tone: next.state === 'completed' ? 'good' : 'bad', text: jobText(next) });
  }

  return {
    job,
    async start(order) {
      const heard = (early.current = new Map<string, Job>());
      try {
        const ordered = await order;
        show(ordered);
        const later = heard.get(ordered.id);
        if (later !== undefined) show(later);
      } finally {
        early.current = undefined;
      }
    },
    hear(told) {
      early.current?.set(told.id, told);
      if (told.id === shown.current?.id) show(told);
    },
    forget: () => show(undefined),
  };
}
