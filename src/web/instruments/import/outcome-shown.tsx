import type { JSX } from 'preact';
import { asSentence } from '../../format/sentence.ts';
import { useEffect, useRef } from 'preact/hooks';
import { grouped } from '../../format/number.ts';
import { timeText } from '../../format/time.ts';
import { Table, type Column } from '../../parts/table.tsx';
import { Badge } from '../../parts/told.tsx';
import { chartLink } from '../../routes.ts';
import { shownZone } from '../../settings.ts';
import type { Imported, ImportedFiles, Outcome } from './import-answer.ts';

/** What became of every row. */
export function OutcomeShown({ fileName, outcome }: { fileName: string; outcome: Outcome }): JSX.Element {
  const shown = useRef<HTMLElement>(null);
  useEffect(() => shown.current?.focus(), [outcome]);
  return (
    <section ref={shown} class="stack outcome" aria-label="What was imported" tabIndex={-1}>
      {'files' in outcome ? (
        <FilesShown fileName={fileName} imported={outcome} />
      ) : (
        <OneShown fileName={fileName} imported={outcome} />
      )}
    </section>
  );
}

const COUNTS = [
  ['inserted', 'Inserted'],
  ['changed', 'Changed'],
  ['unchanged', 'Unchanged'],
  ['rejected', 'Rejected'],
  ['skippedStale', 'Older than what is stored'],
  ['empty', 'Empty'],
  ['duplicates', 'Second ones left out'],
] as const;
const ALWAYS_SHOWN: ReadonlySet<string> = new Set(['inserted', 'changed', 'unchanged', 'rejected']);

function OneShown({ fileName, imported }: { fileName: string; imported: Imported }): JSX.Element {
  const { rows, rejections, series, seriesCount, completeIn, stopped } = imported;
  const zone = shownZone();
  return (
    <>
      <h2>
        {grouped(rows)} {rows === 1 ? 'row' : 'rows'} of {fileName}
      </h2>
      {stopped && <p>The import was stopped before the end. Send the file again to continue; what is stored stays.</p>}
      <dl class="counts">
        {COUNTS.filter(([field]) => ALWAYS_SHOWN.has(field) || imported[field] > 0).map(([field, text]) => (
          <div key={field} class={field === 'rejected' && imported.rejected > 0 ? 'bad' : ''}>
            <dt>{text}</dt>
            <dd>{grouped(imported[field])}</dd>
          </div>
        ))}
      </dl>
      {rejections.length > 0 && (
        <Table caption="Rejected rows" columns={REJECTION_COLUMNS} rows={rejections} keyOf={({ code }) => code} />
      )}
      {completeIn !== null && (
        <p>
          Complete from {timeText(completeIn.from, zone)} to {timeText(completeIn.to, zone)}: absent bars were not
          traded.
        </p>
      )}
      <Table
        caption="Series of the file"
        columns={SERIES_COLUMNS}
        rows={series}
        keyOf={({ instrumentId, interval }) => `${instrumentId} ${interval}`}
      />
      {series.length < seriesCount && (
        <p class="soft">
          The first {grouped(series.length)} of {grouped(seriesCount)} series are shown.
        </p>
      )}
    </>
  );
}

const REJECTION_COLUMNS: readonly Column<Imported['rejections'][number]>[] = [
  { title: 'Rejected because', cell: ({ message }) => message, isName: true },
  { title: 'Code', cell: ({ code }) => <code>{code}</code> },
  { title: 'Rows', cell: ({ rows }) => grouped(rows), isNumber: true },
  { title: 'Lines', cell: ({ rows, lines }) => `${lines.join(', ')}${lines.length < rows ? ', …' : ''}` },
];

const SERIES_COLUMNS: readonly Column<Imported['series'][number]>[] = [
  {
    title: 'Series',
    cell: ({ instrumentId, interval, align }) => (
      <a href={chartLink(instrumentId, interval, { align })}>
        {instrumentId} {interval}
        {align === 'session' && ' with trading'}
      </a>
    ),
    isName: true,
  },
  { title: 'Inserted', cell: ({ inserted }) => grouped(inserted), isNumber: true },
  { title: 'Changed', cell: ({ changed }) => grouped(changed), isNumber: true },
  { title: 'Unchanged', cell: ({ unchanged }) => grouped(unchanged), isNumber: true },
  { title: 'Rejected', cell: ({ rejected }) => grouped(rejected), isNumber: true },
];

function FilesShown({ fileName, imported }: { fileName: string; imported: ImportedFiles }): JSX.Element {
  const { files, filesCount } = imported;
  return (
    <>
      <h2>
        {grouped(filesCount)} files of {fileName}
      </h2>
      <Table caption="Files" columns={FILE_COLUMNS} rows={files} keyOf={({ file }) => file} />
      {files.length < filesCount && <p class="soft">The first {grouped(files.length)} are shown.</p>}
    </>
  );
}

const countOf = (field: 'inserted' | 'changed' | 'unchanged' | 'rejected') => ({
  title: asSentence(field),
  cell: ({ outcome }: ImportedFiles['files'][number]) => (outcome === null ? '' : grouped(outcome[field])),
  isNumber: true,
});

const FILE_COLUMNS: readonly Column<ImportedFiles['files'][number]>[] = [
  { title: 'File', cell: ({ file }) => file, isName: true },
  {
    title: 'Series',
    cell: ({ outcome, error }) =>
      error === null ? (
        outcome?.series.map(({ instrumentId, interval, align }) => (
          <a key={instrumentId} href={chartLink(instrumentId, interval, { align })}>
            {instrumentId} {interval}
          </a>
        ))
      ) : (
        <>
          <Badge tone="bad">{error.code}</Badge> {error.message}
        </>
      ),
  },
  countOf('inserted'),
  countOf('changed'),
  countOf('unchanged'),
  countOf('rejected'),
];
