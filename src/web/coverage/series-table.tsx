import type { JSX } from 'preact';
import { asSentence } from '../format/sentence.ts';
import { useEffect } from 'preact/hooks';
import { grouped, shareText } from '../format/number.ts';
import { reasonWords } from '../format/reason.ts';
import { Button } from '../parts/button.tsx';
import { Table, type Column } from '../parts/table.tsx';
import { chartLink } from '../routes.ts';
import { countOf, missingIn, type Tally } from './day-cell.ts';
import type { SeriesRow } from './series-rows.ts';

interface SeriesTableProps {
  readonly rows: readonly SeriesRow[];
  readonly interval: string;
  /** The whole range of a series; undefined while it is not known. */
  readonly tallyOf: (row: SeriesRow) => Tally | undefined;
  readonly noteOf: (row: SeriesRow) => string | undefined;
  readonly page: number;
  readonly onPage: (page: number) => void;
  readonly onSeen: (rows: readonly SeriesRow[]) => void;
  readonly onFetch: (row: SeriesRow) => unknown;
}

const PAGE_ROWS = 50;
/** Reasons with a column of their own. */
const REASONS = ['notFetched', 'providerError', 'quarantined', 'noTrades'] as const;

/** The figures of the map, a series a row. */
export function SeriesTable(props: SeriesTableProps): JSX.Element {
  const { rows, interval, tallyOf, noteOf, page, onPage, onSeen, onFetch } = props;
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_ROWS));
  const shown = Math.min(page, pages - 1);
  const first = shown * PAGE_ROWS;
  const seen = rows.slice(first, first + PAGE_ROWS);
  useEffect(() => onSeen(seen), [rows, first, interval, onSeen]);

  const figure = (text: (tally: Tally) => string) => (row: SeriesRow) => {
    const tally = tallyOf(row);
    return tally === undefined ? <span class="soft">…</span> : text(tally);
  };
  const columns: Column<SeriesRow>[] = [
    {
      title: 'Series',
      isName: true,
      cell: (row) => (
        <a href={chartLink(row.instrumentId, interval, { align: row.align })} title={row.name ?? undefined}>
          {row.key}
        </a>
      ),
    },
    { title: 'Expected', isNumber: true, cell: (row) => noteOf(row) ?? figure((one) => grouped(one.expected))(row) },
    { title: 'Held', isNumber: true, cell: figure((one) => grouped(countOf(one, 'held'))) },
    { title: 'Share', isNumber: true, cell: figure((one) => shareText(countOf(one, 'held'), one.expected)) },
    ...REASONS.map((reason) => ({
      title: asSentence(reasonWords(reason).text),
      isNumber: true,
      cell: figure((one) => grouped(countOf(one, reason))),
    })),
    { title: 'Other', isNumber: true, cell: figure((one) => grouped(otherIn(one))) },
    {
      title: 'Fetch',
      cell: (row) => (
        <Button kind="quiet" label={`Fetch what ${row.key} is missing`} onClick={() => onFetch(row)}>
          Fetch
        </Button>
      ),
    },
  ];
  return (
    <div class="series-table">
      <Table caption="Coverage by series" columns={columns} rows={seen} keyOf={({ key }) => key} />
      <nav class="row" aria-label="Pages of the table">
        <Button isDisabled={shown === 0} onClick={() => onPage(shown - 1)}>
          Previous
        </Button>
        <span>
          {grouped(first + 1)} to {grouped(first + seen.length)} of {grouped(rows.length)}
        </span>
        <Button isDisabled={shown >= pages - 1} onClick={() => onPage(shown + 1)}>
          Next
        </Button>
      </nav>
    </div>
  );
}

function otherIn(tally: Tally): number {
  return missingIn(tally)
    .filter(({ reason }) => !REASONS.some((one) => one === reason))
    .reduce((sum, { bars }) => sum + bars, 0);
}
