import type { JSX } from 'preact';
import { grouped } from '../format/number.ts';
import { Button } from '../parts/button.tsx';
import { Empty, Problem } from '../parts/told.tsx';
import { keepInLink, parameters } from '../routes.ts';
import { useNow } from '../use-now.ts';
import { FetchBars } from './fetch-bars.tsx';
import { JobEntry } from './job-entry.tsx';
import { isJobState, JOB_STATES, stateWord, type Job, type JobState } from './job.ts';
import { groupedJobs } from './known-jobs.ts';
import { Schedules } from './schedules.tsx';
import { useJobs, type Jobs } from './use-jobs.ts';
import './jobs.css';

/** What the server fetches and imports: now, next and until now. */
export function JobsPage(): JSX.Element {
  const { state: stateText, job: openId, fetch: toFetch, interval } = parameters.value;
  const state = isJobState(stateText) ? stateText : undefined;
  const jobs = useJobs(state, openId);
  return (
    <div class="sheet">
      <header>
        <h1>Jobs</h1>
        <Button kind="primary" onClick={() => keepInLink({ fetch: '' })}>
          Fetch bars
        </Button>
      </header>
      <StateFilter state={state} />
      {jobs.linkError !== undefined && <Problem error={jobs.linkError} />}
      <JobLists jobs={jobs} state={state} openId={openId} />
      <Schedules />
      {toFetch !== undefined && (
        <FetchBars
          instrumentId={toFetch}
          interval={interval}
          onClose={() => keepInLink(WITHOUT_FETCH)}
          onOrdered={(job) => {
            jobs.hear(job);
            keepInLink({ ...WITHOUT_FETCH, state: undefined, job: job.id });
          }}
        />
      )}
    </div>
  );
}

const WITHOUT_FETCH = { fetch: undefined, interval: undefined };

function StateFilter({ state }: { state: JobState | undefined }): JSX.Element {
  return (
    <div class="row" role="group" aria-label="State">
      <Button isPressed={state === undefined} onClick={() => keepInLink({ state: undefined })}>
        All
      </Button>
      {JOB_STATES.map((one) => (
        <Button key={one} isPressed={state === one} onClick={() => keepInLink({ state: one })}>
          {stateWord(one)}
        </Button>
      ))}
    </div>
  );
}

interface JobListsProps {
  readonly jobs: Jobs;
  readonly state: JobState | undefined;
  readonly openId: string | undefined;
}

function JobLists({ jobs, state, openId }: JobListsProps): JSX.Element {
  const { running, queued, past } = groupedJobs(jobs.jobs ?? [], state);
  const now = useNow(running.length + queued.length > 0);
  if (jobs.jobs === undefined)
    return jobs.error === undefined ? (
      <p class="unseen">Loading</p>
    ) : (
      <Problem error={jobs.error} onRetry={jobs.reload} />
    );
  if (running.length + queued.length + past.length === 0) return <NoJobs state={state} />;
  const list = (title: string, shown: readonly Job[]): JSX.Element | null =>
    shown.length === 0 ? null : (
      <section class="stack" aria-label={title}>
        <h2>
          {title}{' '}
          <span class="soft">
            {grouped(shown.length)}
            {title === PAST && jobs.hasOlder ? '+' : ''}
          </span>
        </h2>
        <ul class="jobs">
          {shown.map((job) => (
            <JobEntry
              key={job.id}
              job={job}
              samples={jobs.samplesOf(job.id)}
              now={now}
              isOpen={job.id === openId}
              onToggle={() => keepInLink({ job: job.id === openId ? undefined : job.id })}
              onChanged={jobs.hear}
            />
          ))}
        </ul>
      </section>
    );
  return (
    <>
      {list('Running', running)}
      {list('Queued', queued)}
      {list(PAST, past)}
      {jobs.hasOlder && (state === undefined || past.length > 0) && (
        <p class="row">
          <Button onClick={jobs.loadOlder}>Show older jobs</Button>
        </p>
      )}
      <p class="unseen" aria-live="polite">
        {running.length > 0 || queued.length > 0
          ? `${running.length} running, ${queued.length} queued`
          : 'No job is running'}
      </p>
    </>
  );
}

const PAST = 'Past';

function NoJobs({ state }: { state: JobState | undefined }): JSX.Element {
  if (state !== undefined)
    return (
      <Empty title={`No ${stateWord(state).toLowerCase()} jobs`}>
        <Button onClick={() => keepInLink({ state: undefined })}>Show all jobs</Button>
      </Empty>
    );
  return (
    <Empty title="No jobs yet">
      <p class="soft">Fetch bars of an instrument from a provider; the made-up market "simulated" needs no key.</p>
      <Button kind="primary" onClick={() => keepInLink({ fetch: 'SIM:BTCUSD', interval: '1m' })}>
        Fetch bars
      </Button>
    </Empty>
  );
}
