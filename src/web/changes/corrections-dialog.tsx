import type { JSX } from 'preact';
import { asSentence } from '../format/sentence.ts';
import { useEffect, useState } from 'preact/hooks';
import { client } from '../client.ts';
import { grouped } from '../format/number.ts';
import { seriesText, type SeriesName } from '../format/series.ts';
import { openTimeText } from '../format/series-time.ts';
import { timeText } from '../format/time.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Table } from '../parts/table.tsx';
import { Problem } from '../parts/told.tsx';
import { chartLink } from '../routes.ts';
import { shownZone } from '../settings.ts';
import { useAnswer } from '../use-answer.ts';
import {
  barsOf,
  changesBetween,
  fieldText,
  lastChanges,
  type CorrectedBar,
  type Field,
  type Revision,
} from './corrections.ts';

interface CorrectionsDialogProps extends SeriesName {
  readonly from: string;
  readonly to: string;
  readonly onClose: () => void;
}

const MOST_BARS = 100;

/** The bars of a change that ever had another value: old against new, and every value that was believed. */
export function CorrectionsDialog(props: CorrectionsDialogProps): JSX.Element {
  const { from, to, onClose, instrumentId, interval, align } = props;
  const [later, setLater] = useState<readonly Revision[]>([]);
  const [next, setNext] = useState<string | null>();
  const question = { instrumentId, interval, align, to, limit: MOST_BARS };
  const about = [instrumentId, interval, align, from, to];
  const { value, error, reload } = useAnswer(
    // Both at once: values are written in the decimals of the instrument, and never otherwise before.
    (signal) =>
      Promise.all([
        client.getRevisions({ ...question, from }, { signal }),
        client.getSymbol({ instrumentId }, { signal }),
      ]),
    about,
  );
  const [corrections, instrument] = value ?? [];
  useEffect(() => {
    setLater([]);
    setNext(undefined);
  }, [value]);
  const nextFrom = next === undefined ? corrections?.nextFrom : next;
  async function loadMore(start: string): Promise<void> {
    const page = await client.getRevisions({ ...question, from: start });
    setLater([...later, ...page.revisions]);
    setNext(page.nextFrom);
  }
  const bars = barsOf([...(corrections?.revisions ?? []), ...later]);
  const zone = shownZone(instrument?.timeZone);
  const opens = (at: string): string => openTimeText(at, interval, instrument?.timeZone);
  return (
    <Dialog title={`Corrected bars of ${seriesText(props)}`} onClose={onClose}>
      <p class="soft">
        {opens(from)} to {opens(to)}
      </p>
      {error !== undefined && <Problem error={error} onRetry={reload} />}
      {value === undefined && error === undefined && <p class="soft">Loading</p>}
      {value !== undefined && bars.length === 0 && (
        <p>No earlier values are kept of these bars: what changed is their state only, or they were deleted since.</p>
      )}
      <ul class="corrections">
        {bars.map((bar, index) => (
          <li key={bar.openTime}>
            <Correction
              bar={bar}
              opens={opens(bar.openTime)}
              zone={zone}
              decimals={instrument?.priceDecimals ?? null}
              isOpen={index === 0}
              chart={chartLink(instrumentId, interval, { align, at: bar.openTime })}
            />
          </li>
        ))}
      </ul>
      {typeof nextFrom === 'string' && <Button onClick={() => loadMore(nextFrom)}>Show more bars</Button>}
    </Dialog>
  );
}

interface CorrectionProps {
  readonly bar: CorrectedBar;
  /** When it opens, in words. */
  readonly opens: string;
  readonly zone: string;
  readonly decimals: number | null;
  readonly isOpen: boolean;
  readonly chart: string;
}

function Correction({ bar, opens, zone, decimals, isOpen, chart }: CorrectionProps): JSX.Element {
  const { openTime, revisions } = bar;
  return (
    <details open={isOpen}>
      <summary>
        <time dateTime={openTime}>{opens}</time>
        {lastChanges(bar, decimals).map(({ field, before, after }) => (
          <span key={field} class="field-change">
            {field} <del>{before}</del> <ins>{after}</ins>
          </span>
        ))}
      </summary>
      <Table
        caption={`Every value of the bar of ${opens}, the newest first`}
        rows={revisions.map((revision, index) => ({ revision, before: revisions[index - 1] })).reverse()}
        keyOf={({ revision }) => `${revision.observedAt} ${revision.provider}`}
        columns={[
          { title: 'Known from', isName: true, cell: ({ revision }) => <When at={revision.observedAt} zone={zone} /> },
          {
            title: 'Until',
            cell: ({ revision: { observedTo } }) =>
              observedTo === null ? 'now' : <When at={observedTo} zone={zone} />,
          },
          { title: 'Provider', cell: ({ revision }) => revision.provider },
          ...(['open', 'high', 'low', 'close', 'volume', 'state'] as const).map((field) => ({
            title: asSentence(field),
            isNumber: field !== 'state',
            cell: (row: { readonly revision: Revision; readonly before: Revision | undefined }) => (
              <Value {...row} field={field} decimals={decimals} />
            ),
          })),
        ]}
      />
      <p class="row">
        <a href={chart}>Open the chart</a>
        <span class="soft">{grouped(revisions.length)} values in all</span>
      </p>
    </details>
  );
}

interface ValueProps {
  readonly revision: Revision;
  readonly before: Revision | undefined;
  readonly field: Field;
  readonly decimals: number | null;
}

function Value({ revision, before, field, decimals }: ValueProps): JSX.Element {
  const text = fieldText(revision, field, decimals);
  const isNew = before !== undefined && changesBetween(before, revision, decimals).some((one) => one.field === field);
  return isNew ? <ins>{text}</ins> : <>{text}</>;
}

/** A time that breaks between its date and its hours only. */
function When({ at, zone }: { at: string; zone: string }): JSX.Element {
  const [date, hours] = timeText(at, zone, 'second').split(' ');
  return (
    <time dateTime={at}>
      <span>{date}</span> <span>{hours}</span>
    </time>
  );
}
