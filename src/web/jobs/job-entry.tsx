import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { client } from '../client.ts';
import { bytesText, grouped } from '../format/number.ts';
import { spanText, timeText } from '../format/time.ts';
import { Button } from '../parts/button.tsx';
import { Badge, Meter } from '../parts/told.tsx';
import { chartLink, linkTo } from '../routes.ts';
import { shownZone } from '../settings.ts';
import { shortAccountOf } from './job-account.ts';
import { adviceOfCode, canRetry } from './job-advice.ts';
import { JobDetails } from './job-details.tsx';
import { paceOf, reachedBy, type Reached, type Sample } from './job-pace.ts';
import { jobWords } from './job-words.ts';
import { isUnderWay, stateOf, type Job } from './job.ts';

interface JobEntryProps {
  readonly job: Job;
  readonly samples: readonly Sample[];
  /** UTC epoch ms. */
  readonly now: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  /** Is told what became of the job. */
  readonly onChanged: (...jobs: readonly Job[]) => void;
}

/** One job of a list: what it does and how it does, and on opening all that is known of it. */
export function JobEntry({ job, samples, now, isOpen, onToggle, onChanged }: JobEntryProps): JSX.Element {
  const { text, tone } = stateOf(job);
  const entry = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isOpen) entry.current?.scrollIntoView({ block: 'nearest' });
  }, [isOpen]);
  const details = `job-${job.id}`;
  return (
    <li ref={entry} class="job">
      <div class="job-head">
        <Badge tone={tone}>{text}</Badge>
        <h3 class="job-work">
          <Work job={job} />
        </h3>
        <span class="job-when soft">
          <When job={job} now={now} />
        </span>
        <span class="job-actions">
          {isUnderWay(job) && (
            <Button onClick={async () => onChanged(await client.cancelJob({ id: job.id }))}>Cancel</Button>
          )}
          {canRetry(job) && (
            <Button onClick={async () => onChanged(await client.retryJob({ id: job.id }))}>Retry</Button>
          )}
          {job.kind === 'import' && job.state === 'failed' && !canRetry(job) && (
            <a class="button" href={linkTo('/instruments', { tab: 'import' })}>
              Import again
            </a>
          )}
          <button type="button" class="button quiet" aria-expanded={isOpen} aria-controls={details} onClick={onToggle}>
            Details
          </button>
        </span>
      </div>
      {job.state === 'running' ? <Pace job={job} samples={samples} /> : <Account job={job} />}
      {job.error !== null && job.state !== 'running' && <JobError job={job} error={job.error} />}
      <div id={details} hidden={!isOpen}>
        {isOpen && <JobDetails job={job} onChanged={onChanged} />}
      </div>
    </li>
  );
}

function Work({ job }: { job: Job }): JSX.Element {
  const { before, about, after } = jobWords(job, shownZone());
  const { instrumentId, interval, align, from, to } = job;
  const range = from === null || to === null ? {} : { from, to };
  return (
    <>
      {before}{' '}
      {instrumentId !== null && (
        <a href={chartLink(instrumentId, interval ?? undefined, { align, ...range })}>{about}</a>
      )}{' '}
      {after}
    </>
  );
}

/** When it ended, how long it runs, or when it goes on. */
function When({ job, now }: { job: Job; now: number }): JSX.Element {
  const { id, createdAt, startedAt, endedAt, nextAttemptAt, error, state } = job;
  const link = linkTo('/jobs', { job: id });
  const at = (time: string): string => timeText(time, shownZone(), 'second');
  if (endedAt !== null)
    return (
      <a href={link} title="Link to this job">
        {at(endedAt)}
      </a>
    );
  const began = state === 'running' && startedAt !== null ? startedAt : createdAt;
  const span = spanText(Math.max(0, now - Date.parse(began)));
  const waitMs = nextAttemptAt === null || error === null ? 0 : Date.parse(nextAttemptAt) - now;
  const text = state === 'running' ? `for ${span}` : waitMs > 0 ? `in ${spanText(waitMs)}` : `since ${span}`;
  return (
    <a href={link} title="Link to this job">
      {text}
    </a>
  );
}

function Pace({ job, samples }: { job: Job; samples: readonly Sample[] }): JSX.Element {
  const reached = reachedBy(job);
  const pace = paceOf(samples, reached.all, performance.now());
  const told = [
    reachedText(reached),
    pace && `${grouped(Math.round(pace.barsPerSecond))} bars/s`,
    pace?.leftMs === undefined ? undefined : `${spanText(Math.max(1_000, pace.leftMs))} left`,
  ];
  return (
    <div class="job-pace">
      <Meter label="Progress" value={reached.done} max={reached.all} />
      <p class="soft">{told.filter((part) => part !== undefined).join(' · ')}</p>
    </div>
  );
}

function reachedText({ unit, done, all, bars }: Reached): string {
  if (unit === 'bars') return all === undefined ? `${grouped(bars)} bars` : `${grouped(done)} of ${grouped(all)} bars`;
  const rows = `${grouped(bars)} rows`;
  if (all === undefined) return rows;
  return unit === 'files'
    ? `${grouped(done)} of ${grouped(all)} files, ${rows}`
    : `${bytesText(done)} of ${bytesText(all)}, ${rows}`;
}

function Account({ job }: { job: Job }): JSX.Element | null {
  const counts = shortAccountOf(job);
  if (counts.length === 0) return null;
  return (
    <p class="job-account">
      {counts.map(({ name, count, isTrouble }) => (
        <span key={name} class={isTrouble ? 'bad' : ''}>
          <b>{grouped(count)}</b> {name}
        </span>
      ))}
    </p>
  );
}

function JobError({ job, error }: { job: Job; error: NonNullable<Job['error']> }): JSX.Element {
  return (
    <div class={job.state === 'failed' ? 'job-error bad' : 'job-error'}>
      <p>{error.message}</p>
      <p class="soft">{adviceOfCode(error.code, job)}</p>
    </div>
  );
}
