import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { client } from '../client.ts';
import { keepInLink, parameters } from '../routes.ts';
import { useAnswer } from '../use-answer.ts';
import { finestHeld, spansOf, type Instrument } from './chart-data.ts';
import { GapJobs } from './gap-jobs.ts';
import { HeldChart } from './held-chart.tsx';
import { NothingHeld } from './nothing-held.tsx';
import { Toolbar } from './toolbar.tsx';
import { useFirstBars, useGapJobs } from './use-live.ts';
import { linkTime, middleOf, viewOf, type ChartView } from './view-link.ts';
import './chart.css';

interface SeriesChartProps {
  readonly instrument: Instrument;
  /** Looks again at what is stored of the instrument. */
  readonly onStored: () => void;
}

/** The chart of one instrument with everything around it. The view is what the link says. */
export function SeriesChart({ instrument, onStored }: SeriesChartProps): JSX.Element {
  const view = viewOf(parameters.value);
  const interval = view.interval ?? finestHeld(instrument);
  const spans = useMemo(
    () => spansOf(instrument, interval, view.align, Date.now()),
    [instrument, interval, view.align],
  );
  const providers = useAnswer((signal) => client.getProviders({}, { signal }), []);
  const jobs = useMemo(() => new GapJobs(onStored, parameters.value['provider']), []);
  useGapJobs(jobs);
  useFirstBars(spans === undefined, instrument.instrumentId, onStored);
  const around = {
    instrument,
    interval,
    view,
    jobs,
    providers: providers.value?.providers.map(({ name }) => name) ?? [],
  };
  return (
    <div class="chart-page">
      <Toolbar {...around} onInterval={(next) => keepInLink({ interval: next, ...sightFor(view, spans?.stored.to) })} />
      {spans === undefined ? <NothingHeld {...around} /> : <HeldChart {...around} spans={spans} />}
    </div>
  );
}

/** What stays in sight under another interval: the newest bars if they were, else what was in the middle. */
function sightFor({ sight }: ChartView, last: number | undefined) {
  const middle = middleOf(sight);
  const isNewest = typeof sight === 'object' && 'to' in sight && last !== undefined && sight.to > last;
  return { from: undefined, to: undefined, at: isNewest || middle === undefined ? undefined : linkTime(middle) };
}
