import type { JSX } from 'preact';
import { counted } from '../format/number.ts';
import { asSentence } from '../format/sentence.ts';
import { useState } from 'preact/hooks';
import { Button } from '../parts/button.tsx';
import { SelectField } from '../parts/field.tsx';
import { Badge, Meter } from '../parts/told.tsx';
import { completenessText, type Completeness } from './completeness.ts';
import { gapKey, hasEnded, type FetchedSeries, type GapJobs, type Job } from './gap-jobs.ts';
import { reasonWords } from '../format/reason.ts';
import type { Interval } from '../intervals.ts';
import { rowTimeText } from './legend.tsx';
import type { Gap } from './rows.ts';

const MOST_LISTED = 100;
const FEW = 8;

interface MissingPanelProps {
  readonly completeness: Completeness;
  readonly gaps: readonly Gap[];
  /** The span that it is about. */
  readonly title: string;
  readonly interval: Interval;
  readonly zone: string;
  readonly jobs: GapJobs;
  /** What is fetched for a gap. */
  readonly fetched: FetchedSeries;
  readonly providers: readonly string[];
  /** Points at a gap on the chart. */
  readonly onPoint: (gap: Gap) => void;
}

/** What is missing in the time in sight and why, as text; what a provider can be asked for can be fetched. */
export function MissingPanel(props: MissingPanelProps): JSX.Element {
  const { completeness, gaps, title, jobs, providers } = props;
  const loud = gaps.filter((gap) => reasonWords(gap.reason).tone !== 'quiet');
  const quiet = gaps.filter((gap) => reasonWords(gap.reason).tone === 'quiet');
  return (
    <section class="missing" aria-label="Completeness">
      <h2>
        {title} {completeness.complete ? <Badge tone="good">complete</Badge> : <Badge tone="warn">not complete</Badge>}
      </h2>
      <p class="completeness">{completenessText(completeness)}</p>
      {loud.some((gap) => reasonWords(gap.reason).isFetchable) && (
        <SelectField
          label="Fetch from"
          value={jobs.provider.value}
          options={[{ value: '', text: 'its provider' }, ...providers.map((value) => ({ value, text: value }))]}
          onChange={(provider) => (jobs.provider.value = provider)}
        />
      )}
      <Gaps {...props} gaps={loud} />
      <QuietGaps {...props} gaps={quiet} />
    </section>
  );
}

function Gaps({ gaps, interval, zone, jobs, fetched, onPoint }: MissingPanelProps): JSX.Element {
  return (
    <>
      <ul class="gaps">
        {gaps.slice(0, MOST_LISTED).map((gap) => (
          <li key={gapKey(gap)} class={reasonWords(gap.reason).tone} onMouseEnter={() => onPoint(gap)}>
            <button type="button" class="as-text" onFocus={() => onPoint(gap)}>
              {rowTimeText(gap.from, interval, zone)} – {rowTimeText(gap.to, interval, zone)}
            </button>
            <span class="gap-reason">
              {asSentence(reasonWords(gap.reason).text)}: {amountOf(gap)}
            </span>
            {reasonWords(gap.reason).isFetchable && <FetchGap gap={gap} jobs={jobs} series={fetched} />}
          </li>
        ))}
      </ul>
      {gaps.length > MOST_LISTED && (
        <p class="soft">{counted(gaps.length - MOST_LISTED, 'more gap')}; zoom in to see them.</p>
      )}
    </>
  );
}

/** Quiet gaps are many and no loss: they are listed when asked for. */
function QuietGaps(props: MissingPanelProps): JSX.Element | null {
  const { gaps } = props;
  const [isOpen, setIsOpen] = useState(false);
  if (gaps.length <= FEW) return <Gaps {...props} />;
  const reasons = Map.groupBy(gaps, (gap) => reasonWords(gap.reason).text);
  return (
    <>
      {[...reasons].map(([text, alike]) => (
        <p key={text} class="soft">
          {asSentence(text)}:{' '}
          {counted(
            alike.reduce((sum, { bars }) => sum + bars, 0),
            'bar',
          )}{' '}
          in {counted(alike.length, 'place')}
        </p>
      ))}
      <Button kind="quiet" isPressed={isOpen} onClick={() => setIsOpen(!isOpen)}>
        List them
      </Button>
      {isOpen && <Gaps {...props} />}
    </>
  );
}

interface FetchGapProps {
  readonly gap: Gap;
  readonly jobs: GapJobs;
  readonly series: FetchedSeries;
}

function FetchGap({ gap, jobs, series }: FetchGapProps): JSX.Element {
  const job = jobs.of(gap);
  if (job !== undefined && !hasEnded(job)) {
    const { wanted, fetched } = { wanted: 0, fetched: 0, ...job.progress };
    return <Meter label="Fetched" value={fetched} max={wanted > 0 ? wanted : undefined} />;
  }
  return (
    <>
      {job !== undefined && <span class="gap-text bad">{endText(job)}</span>}
      <Button onClick={() => jobs.fetch(gap, series)}>{job === undefined ? 'Fetch this' : 'Try again'}</Button>
    </>
  );
}

/** Why a gap is still there though its job has ended. */
function endText({ state, error, failures }: Job): string {
  return error?.message ?? failures[0]?.message ?? `The job is ${state}`;
}

const amountOf = ({ bars, parts = 0 }: Gap): string =>
  bars > 0 ? counted(bars, 'bar') : `${counted(parts, 'part')} of bars that are there`;
