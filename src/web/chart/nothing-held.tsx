import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../parts/button.tsx';
import { SelectField, TextField } from '../parts/field.tsx';
import { Empty, Meter } from '../parts/told.tsx';
import type { Instrument } from './chart-data.ts';
import { hasEnded, type GapJobs } from './gap-jobs.ts';
import { lengthMs, type Interval } from '../intervals.ts';
import type { ChartView } from './view-link.ts';

interface NothingHeldProps {
  readonly instrument: Instrument;
  readonly interval: Interval;
  readonly view: ChartView;
  readonly jobs: GapJobs;
  readonly providers: readonly string[];
}

const FIRST_BARS = 1_500;

/** Where no bar of an interval is stored: a provider can be asked for some. */
export function NothingHeld({ instrument, interval, view, jobs, providers }: NothingHeldProps): JSX.Element {
  const { instrumentId, series } = instrument;
  const [now] = useState(() => Date.now());
  const [from, setFrom] = useState(() => new Date(now - FIRST_BARS * lengthMs(interval)).toISOString().slice(0, 10));
  const wanted = { from: Date.parse(from), to: now, bars: 0, reason: 'notFetched' };
  const job = jobs.of(wanted);
  const stored = series.map((one) => one.interval).join(', ');
  return (
    <Empty title={`No ${interval} bars of ${instrumentId} are stored`}>
      <p class="soft">
        {stored === ''
          ? 'Fetch some from a provider, or import a file on the page Instruments.'
          : `Stored are ${stored}: an interval can be derived from a finer one, not from a larger one.`}
      </p>
      <div class="row">
        <SelectField
          label="Fetch from"
          value={jobs.provider.value}
          options={[{ value: '', text: 'its provider' }, ...providers.map((value) => ({ value, text: value }))]}
          onChange={(provider) => (jobs.provider.value = provider)}
        />
        <TextField label="Since" type="date" value={from} onChange={setFrom} />
      </div>
      {job !== undefined && !hasEnded(job) ? (
        <Meter label="Fetched" value={0} max={undefined} />
      ) : (
        <Button kind="primary" onClick={() => jobs.fetch(wanted, { instrumentId, interval, align: view.align })}>
          Fetch them
        </Button>
      )}
      {job?.error && <p class="gap-text bad">{job.error.message}</p>}
    </Empty>
  );
}
