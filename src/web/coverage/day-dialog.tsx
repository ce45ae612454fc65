import type { JSX } from 'preact';
import type { Answer, BarInterval } from '../../client/index.ts';
import { client } from '../client.ts';
import { grouped } from '../format/number.ts';
import { reasonWords } from '../format/reason.ts';
import { openTimeText } from '../format/series-time.ts';
import { timeText } from '../format/time.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Table } from '../parts/table.tsx';
import { Badge, Problem } from '../parts/told.tsx';
import { chartLink } from '../routes.ts';
import { shownZone } from '../settings.ts';
import { useAnswer } from '../use-answer.ts';
import { sumOf, tallyText } from './day-cell.ts';
import { DAY_MS, dayName } from './days.ts';
import { DayStrip } from './day-strip.tsx';
import { rangeOf } from './view.ts';

type Coverage = Answer<'getCoverage'>;
type Range = Coverage['ranges'][number];

interface DayDialogProps {
  readonly instrumentId: string;
  readonly interval: BarInterval;
  readonly align: 'session' | undefined;
  readonly timeZone: string | null;
  readonly day: number;
  /** Changes where the answer may be another one now. */
  readonly edition: number;
  readonly onFetch: () => unknown;
  readonly onClose: () => void;
}

/** A day by its minutes: what is held, what is missing and why, and who was asked for it. */
export function DayDialog(props: DayDialogProps): JSX.Element {
  const { instrumentId, interval, align, timeZone, day, edition, onFetch, onClose } = props;
  const { value, error, reload } = useAnswer(
    (signal) =>
      client.getCoverage({ instrumentId, interval, align, ...rangeOf({ first: day, end: day + 1 }) }, { signal }),
    [instrumentId, interval, align, day, edition],
  );
  const chart = chartLink(instrumentId, interval, { align, at: new Date(day * DAY_MS).toISOString() });
  return (
    <Dialog
      title={`${instrumentId} ${interval}${align === undefined ? '' : '@session'}, ${dayName(day)}`}
      onClose={onClose}
      actions={
        <>
          <a class="button" href={chart}>
            Open the chart
          </a>
          <Button kind="primary" onClick={onFetch}>
            Fetch this day
          </Button>
        </>
      }
    >
      {error !== undefined && <Problem error={error} onRetry={reload} />}
      {value === undefined ? (
        <p class="soft">Loading</p>
      ) : (
        <DayTold coverage={value} day={day} {...{ interval, timeZone }} />
      )}
    </Dialog>
  );
}

interface DayToldProps {
  readonly coverage: Coverage;
  readonly day: number;
  readonly interval: string;
  readonly timeZone: string | null;
}

function DayTold({ coverage, day, interval, timeZone }: DayToldProps): JSX.Element {
  const opens = (at: string): string => openTimeText(at, interval, timeZone);
  const { ranges, days, asked, expected, held, extra, refusal } = coverage;
  const missing = ranges.filter(({ status }) => status !== 'held');
  const loud = missing.filter(({ status }) => reasonWords(status).tone !== 'quiet');
  const quiet = missing.filter(({ status }) => reasonWords(status).tone === 'quiet');
  return (
    <>
      {refusal !== null && <Problem error={new Error(`Syncs are refused: ${refusal.message}`)} />}
      <p class="day-told">
        {expected === null
          ? `${grouped(held)} bars held. The trading hours of this instrument are unknown: give it a schedule, and what is missing is told.`
          : tallyText(sumOf(days))}
        {extra > 0 && `, ${grouped(extra)} outside of the expected sessions`}.
      </p>
      {ranges.length > 0 && <DayStrip ranges={ranges} day={day} />}
      {loud.length > 0 && (
        <section class="stack-small">
          <h3>Missing</h3>
          <Ranges caption="Missing bars that could be held" ranges={loud} opens={opens} />
        </section>
      )}
      {quiet.length > 0 && (
        <details>
          <summary>{quietText(quiet)}</summary>
          <Ranges caption="Bars that nobody can hold" ranges={quiet} opens={opens} />
        </details>
      )}
      <section class="stack-small">
        <h3>Asked</h3>
        <Table
          caption="Who was asked for this day"
          rows={asked}
          keyOf={({ provider, from, at }) => `${provider} ${from} ${at}`}
          whenEmpty="No provider was asked for this day."
          columns={[
            {
              title: 'When',
              cell: ({ at }) => <time dateTime={at}>{timeText(at, shownZone(timeZone), 'second')}</time>,
              isName: true,
            },
            { title: 'Provider', cell: ({ provider }) => provider },
            { title: 'From', cell: ({ from }) => <time dateTime={from}>{opens(from)}</time> },
            { title: 'To', cell: ({ to }) => <time dateTime={to}>{opens(to)}</time> },
            { title: 'Result', cell: ({ result, code, message }) => <Result {...{ result, code, message }} /> },
            { title: 'Answers', cell: ({ looks }) => grouped(looks), isNumber: true },
          ]}
        />
      </section>
    </>
  );
}

function quietText(ranges: readonly Range[]): string {
  const bars = sumOf([
    { expected: 0, bars: {} },
    ...ranges.map(({ status, bars: one }) => ({ expected: one, bars: { [status]: one } })),
  ]);
  return Object.entries(bars.bars)
    .map(([status, count]) => `${grouped(count)} ${reasonWords(status).text}`)
    .join(', ');
}

interface RangesProps {
  readonly caption: string;
  readonly ranges: readonly Range[];
  /** A moment in words. */
  readonly opens: (at: string) => string;
}

function Ranges({ caption, ranges, opens }: RangesProps): JSX.Element {
  return (
    <Table
      caption={caption}
      rows={ranges}
      keyOf={({ from }) => from}
      columns={[
        { title: 'From', cell: ({ from }) => <time dateTime={from}>{opens(from)}</time>, isName: true },
        { title: 'To', cell: ({ to }) => <time dateTime={to}>{opens(to)}</time> },
        { title: 'Bars', cell: ({ bars }) => grouped(bars), isNumber: true },
        {
          title: 'Reason',
          cell: ({ status, looks }) => {
            const { text, tone } = reasonWords(status);
            return (
              <>
                <Badge tone={tone === 'quiet' ? 'plain' : tone}>{text}</Badge>
                {looks !== null && looks > 1 && ` by ${looks} answers`}
              </>
            );
          },
        },
      ]}
    />
  );
}

interface ResultProps {
  readonly result: string;
  readonly code: string | null;
  readonly message: string | null;
}

function Result({ result, code, message }: ResultProps): JSX.Element {
  const isFailure = code !== null;
  return (
    <>
      <Badge tone={isFailure ? 'bad' : 'good'}>{result}</Badge>{' '}
      {message !== null && <span class="soft">{message}</span>}
    </>
  );
}
