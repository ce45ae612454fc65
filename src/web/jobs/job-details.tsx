import type { JSX } from 'preact';
import { client } from '../client.ts';
import { grouped } from '../format/number.ts';
import { reasonWords } from '../format/reason.ts';
import { spanText, timeText } from '../format/time.ts';
import { Button } from '../parts/button.tsx';
import { Table, type Column } from '../parts/table.tsx';
import { chartLink } from '../routes.ts';
import { shownZone } from '../settings.ts';
import type { BarInterval } from '../../client/index.ts';
import {
  accountOf,
  refusedFilesOf,
  rejectionsOf,
  type Count,
  type RefusedFile,
  type Rejection,
} from './job-account.ts';
import { adviceOfCode } from './job-advice.ts';
import { rangeText } from './job-words.ts';
import { isUnderWay, type Job } from './job.ts';

const COUNTS: readonly Column<Count>[] = [
  { title: 'Count', cell: ({ name }) => name, isName: true },
  { title: 'Number', cell: ({ count }) => grouped(count), isNumber: true },
  { title: 'Meaning', cell: ({ meaning }) => meaning },
];

/** Each failure is told for itself, whatever is tried again. */
const ENDED_SYNC = { kind: 'sync', state: 'failed' } as const;

const REJECTIONS: readonly Column<Rejection>[] = [
  { title: 'Why', cell: ({ message }) => message, isName: true },
  { title: 'Rows', cell: ({ rows }) => grouped(rows), isNumber: true },
  { title: 'Lines', cell: ({ file, rows, lines }) => `${file ?? ''} ${linesText(rows, lines)}`.trim() },
];

const linesText = (rows: number, lines: readonly number[]): string =>
  lines.map(grouped).join(', ') + (rows > lines.length ? ', …' : '');

const REFUSED: readonly Column<RefusedFile>[] = [
  { title: 'File', cell: ({ file }) => file, isName: true },
  { title: 'Why', cell: ({ message }) => message },
];

/** All that is known of a job. */
export function JobDetails({ job, onChanged }: { job: Job; onChanged: (job: Job) => void }): JSX.Element {
  const zone = shownZone();
  const gaps: readonly Column<Job['gaps'][number]>[] = [
    {
      title: 'Range',
      cell: (gap) => <GapLink job={job} text={rangeText(gap.from, gap.to, zone)} at={gap.from} />,
      isName: true,
    },
    { title: 'Bars', cell: ({ bars }) => (bars === 0 ? 'not known' : grouped(bars)), isNumber: true },
    { title: 'Reason', cell: ({ reason }) => reasonWords(reason).text },
  ];
  const failures: readonly Column<Job['failures'][number]>[] = [
    { title: 'Range', cell: ({ from, to }) => rangeText(from, to, zone), isName: true },
    { title: 'What happened', cell: ({ message }) => message },
    { title: 'What to do', cell: ({ code }) => adviceOfCode(code, ENDED_SYNC) },
  ];
  const rejections = rejectionsOf(job);
  const refused = refusedFilesOf(job);
  return (
    <div class="job-details">
      <Facts job={job} zone={zone} />
      {job.error?.code === 'UNIT_JUMP' && !isUnderWay(job) && <AcceptJump job={job} onChanged={onChanged} />}
      <Table caption="Account" columns={COUNTS} rows={accountOf(job)} keyOf={({ name }) => name} />
      {job.gaps.length > 0 && (
        <section>
          <h4>What is missing</h4>
          <Table caption="Gaps" columns={gaps} rows={job.gaps} keyOf={({ from, reason }) => from + reason} />
        </section>
      )}
      {job.failures.length > 0 && (
        <section>
          <h4>What the provider could not answer</h4>
          <Table caption="Failures" columns={failures} rows={job.failures} keyOf={({ from, code }) => from + code} />
        </section>
      )}
      {refused.length > 0 && (
        <section>
          <h4>Files that were refused</h4>
          <Table caption="Refused files" columns={REFUSED} rows={refused} keyOf={({ file }) => file} />
        </section>
      )}
      {rejections.length > 0 && (
        <section>
          <h4>Rows that were rejected</h4>
          <Table
            caption="Rejected rows"
            columns={REJECTIONS}
            rows={rejections}
            keyOf={({ file, code }) => `${file} ${code}`}
          />
        </section>
      )}
    </div>
  );
}

function GapLink({ job, text, at }: { job: Job; text: string; at: string }): JSX.Element {
  const { instrumentId, interval, align } = job;
  if (instrumentId === null) return <>{text}</>;
  return <a href={chartLink(instrumentId, interval ?? undefined, { align, at })}>{text}</a>;
}

function Facts({ job, zone }: { job: Job; zone: string }): JSX.Element {
  const at = (time: string | null): string | undefined => (time === null ? undefined : timeText(time, zone, 'second'));
  const { startedAt, endedAt } = job;
  const tookMs = startedAt === null || endedAt === null ? undefined : Date.parse(endedAt) - Date.parse(startedAt);
  const facts = [
    ['Ordered', at(job.createdAt)],
    ['Started', at(startedAt)],
    ['Ended', at(endedAt)],
    ['Took', tookMs === undefined ? undefined : spanText(tookMs)],
    ['Next attempt', at(job.nextAttemptAt)],
    ['Attempts', grouped(job.attempts)],
    ['Error', job.error?.code],
    ['Job', job.id],
  ] as const;
  return (
    <dl class="facts">
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** Orders the same again, where prices may jump. */
function AcceptJump({ job, onChanged }: { job: Job; onChanged: (job: Job) => void }): JSX.Element | null {
  const { instrumentId, interval, align, provider, from, to } = job;
  if (instrumentId === null || interval === null) return null;
  const order = {
    instrumentId,
    interval: interval as BarInterval,
    align,
    provider,
    from: from ?? undefined,
    to: to ?? undefined,
    acceptJump: true,
  };
  return (
    <p>
      <Button onClick={async () => onChanged(await client.syncBars(order))}>Accept the jump and fetch again</Button>
    </p>
  );
}
