import type { JSX } from 'preact';
import { asSentence } from '../../format/sentence.ts';
import { exactText } from '../../format/number.ts';
import { Table, type Column } from '../../parts/table.tsx';
import { Badge } from '../../parts/told.tsx';
import { shownZone } from '../../settings.ts';
import { isOfDays, openTimeText } from '../../format/series-time.ts';
import type { Preview, Previews, Reading } from './import-answer.ts';

export function PreviewShown({ preview }: { preview: Preview }): JSX.Element {
  const { reading, series, faults } = preview;
  const bars = series.flatMap(({ instrumentId, bars: own }) => own.map((bar) => ({ instrumentId, ...bar })));
  return (
    <>
      <section class="stack">
        <h2>How it is read</h2>
        <ReadingShown reading={reading} />
      </section>
      <section class="stack">
        <h2>Its first bars, as understood</h2>
        <Table
          caption="First bars"
          columns={barColumns(reading, series.length > 1)}
          rows={bars}
          keyOf={({ instrumentId, openTime }) => `${instrumentId} ${openTime}`}
          whenEmpty="None of the first rows is a bar."
        />
        {faults.length > 0 && (
          <Table
            caption="First rows that are no bars"
            columns={FAULT_COLUMNS}
            rows={faults}
            keyOf={({ line, code }) => `${line} ${code}`}
          />
        )}
      </section>
    </>
  );
}

type ShownBar = Preview['series'][number]['bars'][number] & { readonly instrumentId: string };

function barColumns({ interval }: Reading, isOfMany: boolean): readonly Column<ShownBar>[] {
  const title = isOfDays(interval) ? 'Day' : `Opens (${shownZone()})`;
  const name: Column<ShownBar> = { title: 'Instrument', cell: ({ instrumentId }) => instrumentId };
  return [
    ...(isOfMany ? [name] : []),
    { title, cell: ({ openTime }) => openTimeText(openTime, interval, undefined, 'second'), isName: true },
    ...(['open', 'high', 'low', 'close'] as const).map((field) => ({
      title: asSentence(field),
      cell: (bar: ShownBar) => exactText(bar[field]),
      isNumber: true,
    })),
    { title: 'Volume', cell: ({ volume }) => (volume === null ? '–' : exactText(volume)), isNumber: true },
    { title: 'State', cell: ({ state }) => state },
  ];
}

const FAULT_COLUMNS: readonly Column<Preview['faults'][number]>[] = [
  { title: 'Line', cell: ({ line }) => line, isNumber: true },
  { title: 'Rejected because', cell: ({ message }) => message, isName: true },
  { title: 'Code', cell: ({ code }) => <code>{code}</code> },
];

const ZONE_REASONS: Readonly<Record<string, string>> = {
  file: 'named in the file',
  option: 'as you chose',
  layout: 'that of the layout',
  instrument: 'the instrument trades around the clock',
  sessions: 'so the rows are inside of the sessions',
};

const FIELD_NAMES: Readonly<Record<string, string>> = { openTime: 'Time' };

function ReadingShown({ reading }: { reading: Reading }): JSX.Element {
  const { format, layout, columns, notStored, notRead, time, numbers, interval, intervalBy, align } = reading;
  return (
    <dl class="facts">
      <Fact term="Format">{layout === undefined ? format : `${format}; layout ${layout}`}</Fact>
      <Fact term="Columns">
        <ul class="pairs">
          {Object.entries(columns).map(([field, names]) => (
            <li key={field}>
              {FIELD_NAMES[field] ?? asSentence(field)}: <b>{names.join(' + ')}</b>
            </li>
          ))}
        </ul>
      </Fact>
      <Fact term="Times">
        {time.form}
        {time.zone !== undefined && `; ${time.zone} (${ZONE_REASONS[time.zoneBy ?? ''] ?? ''})`}; the{' '}
        {time.is === 'open' ? 'beginning' : 'end'} of a bar
      </Fact>
      <Fact term="Interval">
        {interval}
        {align === 'session' && ', beginning with trading'} (
        {intervalBy === 'file' ? 'the commonest step' : 'as you chose'})
      </Fact>
      <Fact term="Numbers">{numbers}</Fact>
      {notStored.length > 0 && <Fact term="Not stored">{notStored.join(', ')}</Fact>}
      {notRead.length > 0 && <Fact term="Not read">{notRead.join(', ')}</Fact>}
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: JSX.Element['props']['children'] }): JSX.Element {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const FILE_COLUMNS: readonly Column<Previews['files'][number]>[] = [
  { title: 'File', cell: ({ file }) => file, isName: true },
  { title: 'Instruments', cell: ({ preview }) => preview?.series.map(({ instrumentId }) => instrumentId).join(', ') },
  { title: 'Interval', cell: ({ preview }) => preview?.reading.interval },
  {
    title: 'Read as',
    cell: ({ preview, error }) =>
      error === null ? (
        preview?.reading.format
      ) : (
        <>
          <Badge tone="bad">{error.code}</Badge> {error.message}
        </>
      ),
  },
];

export function PreviewsShown({ previews }: { previews: Previews }): JSX.Element {
  const { files, filesCount } = previews;
  return (
    <section class="stack">
      <h2>{filesCount} files, and how each is read</h2>
      <Table caption="Files" columns={FILE_COLUMNS} rows={files} keyOf={({ file }) => file} />
      {files.length < filesCount && <p class="soft">The first {files.length} are shown.</p>}
    </section>
  );
}
