import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { keepInLink } from '../routes.ts';
import { useAnswer } from '../use-answer.ts';
import { AsOf } from './as-of.tsx';
import { firstKnown } from './chart-data.ts';
import type { Span } from './view.ts';
import type { FetchedSeries } from './gap-jobs.ts';
import { linkTime } from './view-link.ts';

interface KnownAtProps {
  readonly fetched: FetchedSeries;
  readonly stored: Span;
  readonly asOf: number | undefined;
  readonly zone: string;
}

const PAUSE_MS = 150;

/** Lets a moment be chosen, between the first that something was known and now. */
export function KnownAt({ fetched, stored, asOf, zone }: KnownAtProps): JSX.Element {
  const [now] = useState(() => Date.now());
  const [moved, setMoved] = useState<{ readonly to: number | undefined }>();
  const known = useAnswer((signal) => firstKnown(fetched, stored, signal), [fetched.instrumentId, fetched.interval]);
  useEffect(() => {
    if (moved === undefined) return;
    const timer = setTimeout(() => {
      keepInLink({ asOf: moved.to === undefined ? 'now' : linkTime(moved.to) });
      setMoved(undefined);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [moved]);
  return (
    <AsOf
      since={Math.min(known.value ?? now, asOf ?? now)}
      now={now}
      asOf={moved === undefined ? asOf : moved.to}
      zone={zone}
      onAsOf={(to) => setMoved({ to })}
    />
  );
}
