import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { client } from '../client.ts';
import { Problem } from '../parts/told.tsx';
import { parameters } from '../routes.ts';
import { useAnswer } from '../use-answer.ts';
import { Welcome } from '../welcome/welcome.tsx';
import { CoverageView } from './coverage-view.tsx';
import { INTERVALS } from '../intervals.ts';
import { commonInterval, storedIntervals } from './series-rows.ts';
import { viewIn } from './view.ts';
import './coverage.css';

const MOST_INSTRUMENTS = 10_000;

/** Which series hold which days, what is missing and why. */
export function CoveragePage(): JSX.Element {
  const { value, error, reload } = useAnswer(
    (signal) => client.getSymbols({ limit: MOST_INSTRUMENTS }, { signal }),
    [],
  );
  const instruments = value?.symbols;
  const stored = useMemo(() => storedIntervals(instruments ?? []), [instruments]);
  if (value === undefined || instruments === undefined)
    return error === undefined ? <p class="unseen">Loading</p> : <Problem error={error} onRetry={reload} />;
  if (instruments.length === 0) return <Welcome />;
  const view = viewIn(parameters.value);
  const interval = INTERVALS.find((one) => one === view.interval) ?? commonInterval(stored);
  return (
    <CoverageView
      instruments={instruments}
      leftOut={value.total - instruments.length}
      stored={stored}
      interval={interval}
      view={view}
      onStoredChanged={reload}
    />
  );
}
