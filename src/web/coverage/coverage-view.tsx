import type { JSX } from 'preact';
import { useCallback, useMemo, useState } from 'preact/hooks';
import type { Answer } from '../../client/index.ts';
import { client } from '../client.ts';
import { grouped } from '../format/number.ts';
import { Empty, Problem } from '../parts/told.tsx';
import type { Interval } from '../intervals.ts';
import { keepInLink, parameters } from '../routes.ts';
import { useAnswer } from '../use-answer.ts';
import { CoverageFields } from './coverage-fields.tsx';
import { sumOf, tallyText, type Tally } from './day-cell.ts';
import { DayDialog } from './day-dialog.tsx';
import { dayFrom, dayName, dayText, type DayRange } from './days.ts';
import { useFetch } from './use-fetch.ts';
import { useMoved } from './use-moved.ts';
import { HeatMap } from './heat-map.tsx';
import { Legend } from './legend.tsx';
import type { Place } from './map-size.ts';
import type { RowLooks, Selection } from './paint-map.ts';
import { SelectionBar } from './selection-bar.tsx';
import { heldBy, rowsMatching, rowsOf, type SeriesRow } from './series-rows.ts';
import { SeriesTable } from './series-table.tsx';
import { lookIn, tileDays, tileOf, type Tile, type TileKey } from './tiles.ts';
import { useCoverage } from './use-coverage.ts';
import { daysOf, fetchRange, type CoverageView as View } from './view.ts';

interface CoverageViewProps {
  readonly instruments: Answer<'getSymbols'>['symbols'];
  /** How many instruments there are beyond these. */
  readonly leftOut: number;
  /** Stored series by interval. */
  readonly stored: ReadonlyMap<string, number>;
  readonly interval: Interval;
  readonly view: View;
  readonly onStoredChanged: () => void;
}

interface Picked {
  readonly key: string;
  readonly days: DayRange;
}

export function CoverageView(props: CoverageViewProps): JSX.Element {
  const { instruments, leftOut, stored, interval, view, onStoredChanged } = props;
  const { query, exchange, mode } = view;
  const all = useMemo(() => rowsOf(instruments, interval), [instruments, interval]);
  const known = useMemo(() => new Set(instruments.map(({ instrumentId }) => instrumentId)), [instruments]);
  const rows = useMemo(() => rowsMatching(all, query, exchange), [all, query, exchange]);
  const held = useMemo(() => heldBy(all), [all]);
  const { first, end } = daysOf(view, Date.now(), held);
  const days = useMemo(() => ({ first, end }), [first, end]);
  const tiles = useCoverage();
  const providers = useAnswer((signal) => client.getProviders({}, { signal }), []);
  const [cursor, setCursor] = useState<Place>();
  const [hovered, setHovered] = useState<Place>();
  const [picked, setPicked] = useState<Picked>();
  const [provider, setProvider] = useState('');
  const fetching = useFetch();
  const [page, setPage] = useState(0);
  const place = within(cursor ?? { row: 0, day: end - 1 }, days, rows.length);
  const pickedRow = rows.findIndex(({ key }) => key === picked?.key);

  useMoved({
    onMoved: (isMoved) => tiles.outdate(({ row }) => isMoved(row.instrumentId)),
    onUnknown: onStoredChanged,
    isKnown: (instrumentId) => known.has(instrumentId),
    onJob: fetching.hear,
  });

  const tileAt = (row: SeriesRow, of: DayRange): Tile | undefined => tiles.get({ row, interval, days: of });
  const looksOf = (row: SeriesRow): RowLooks => {
    let span: DayRange = { first: 0, end: 0 };
    let tile: Tile | undefined;
    return (day) => {
      if (day < span.first || day >= span.end) {
        span = tileOf(days, day);
        tile = tileAt(row, span);
      }
      return tile && lookIn(tile, day);
    };
  };
  const noteOf = (row: SeriesRow): string | undefined => {
    const tile = tileAt(row, tileOf(days, end - 1));
    return tile === undefined || tile.isScheduleKnown ? undefined : 'Trading hours unknown';
  };
  function tallyIn(row: SeriesRow | undefined, wanted: DayRange): Tally | undefined {
    if (row === undefined) return undefined;
    const known = tileDays(days, wanted).map((one) => tileAt(row, one));
    if (known.includes(undefined)) return undefined;
    const inside = known.flatMap((tile) => [...(tile?.days ?? [])]);
    return sumOf(inside.filter(([day]) => day >= wanted.first && day < wanted.end).map(([, tally]) => tally));
  }

  const wantMap = useCallback(
    (seen: readonly SeriesRow[], inSight: DayRange) => tiles.want(keysOf(seen, interval, tileDays(days, inSight))),
    [interval, days],
  );
  const wantTable = useCallback(
    (seen: readonly SeriesRow[]) => tiles.want(keysOf(seen, interval, tileDays(days))),
    [interval, days],
  );

  function onPick(to: Place, selection: Selection | undefined): void {
    setCursor(to);
    const row = selection && rows[selection.row];
    setPicked(row && selection && { key: row.key, days: { first: selection.first, end: selection.end } });
    if (row?.key !== picked?.key) fetching.forget();
  }
  function open(row: SeriesRow | undefined, day: number): void {
    if (row !== undefined) keepInLink({ id: row.instrumentId, align: row.align, day: dayText(day) });
  }
  async function fetchDays(row: SeriesRow, wanted: DayRange): Promise<void> {
    setPicked({ key: row.key, days: wanted });
    const { instrumentId, align } = row;
    await fetching.start(
      client.syncBars({
        instrumentId,
        align,
        interval,
        ...(provider === '' ? {} : { provider }),
        ...fetchRange(wanted, Date.now()),
      }),
    );
  }

  const { id, align, day: dayOfLink = '' } = parameters.value;
  const openDay = dayFrom(dayOfLink);
  const openRow = all.find((row) => row.instrumentId === id && row.align === align);
  const told = hovered ?? cursor;
  const toldRow = told && rows[told.row];
  const selectedRow = picked && all.find(({ key }) => key === picked.key);
  return (
    <div class="coverage">
      <CoverageFields {...{ view, interval, stored, instruments, end }} />
      {leftOut > 0 && (
        <p class="soft">{grouped(leftOut)} more instruments are stored; this page shows the first by name.</p>
      )}
      {tiles.error !== undefined && <Problem error={tiles.error} onRetry={() => tiles.retry()} />}
      {rows.length === 0 ? (
        <Empty title="No series matches">
          <p>Take another interval or exchange, or a shorter text.</p>
        </Empty>
      ) : mode === 'table' ? (
        <SeriesTable
          {...{ rows, interval, noteOf, page }}
          tallyOf={(row) => tallyIn(row, days)}
          onPage={setPage}
          onSeen={wantTable}
          onFetch={(row) => fetchDays(row, days)}
        />
      ) : (
        <>
          <Legend />
          <HeatMap
            {...{ rows, interval, days, looksOf, noteOf, onPick }}
            cursor={place}
            selection={picked && pickedRow >= 0 ? { row: pickedRow, ...picked.days } : undefined}
            onOpen={({ row, day }) => open(rows[row], day)}
            onHover={setHovered}
            onSeen={wantMap}
          />
          <p class="readout" aria-hidden="true">
            {told === undefined || toldRow === undefined
              ? 'Point at a day to see its figures. Drag to select days, double-click to see the minutes of one.'
              : cellText(toldRow, told.day, tallyIn(toldRow, dayRange(told.day)))}
          </p>
          <p class="unseen" aria-live="polite">
            {rows[place.row] && cellText(rows[place.row], place.day, tallyIn(rows[place.row], dayRange(place.day)))}
          </p>
        </>
      )}
      {picked !== undefined && selectedRow !== undefined && (
        <SelectionBar
          name={`${selectedRow.key} ${interval}`}
          days={picked.days}
          tally={tallyIn(selectedRow, picked.days)}
          providers={providers.value?.providers.map(({ name }) => name) ?? []}
          provider={provider}
          onProvider={setProvider}
          job={fetching.job}
          onDays={(changed) => setPicked({ ...picked, days: changed })}
          onFetch={() => fetchDays(selectedRow, picked.days)}
          onOpen={() => open(selectedRow, picked.days.end - 1)}
          onClear={() => setPicked(undefined)}
        />
      )}
      {openRow !== undefined && openDay !== undefined && (
        <DayDialog
          {...{ instrumentId: openRow.instrumentId, align: openRow.align, interval }}
          timeZone={openRow.timeZone}
          day={openDay}
          edition={tiles.edition}
          onFetch={() => fetchDays(openRow, dayRange(openDay))}
          onClose={() => keepInLink({ id: undefined, align: undefined, day: undefined })}
        />
      )}
    </div>
  );
}

function within({ row, day }: Place, { first, end }: DayRange, rowCount: number): Place {
  return { row: Math.max(0, Math.min(rowCount - 1, row)), day: Math.max(first, Math.min(end - 1, day)) };
}

function dayRange(day: number): DayRange {
  return { first: day, end: day + 1 };
}

function keysOf(rows: readonly SeriesRow[], interval: string, spans: readonly DayRange[]): TileKey[] {
  return spans.flatMap((days) => rows.map((row) => ({ row, interval, days })));
}

function cellText({ key }: SeriesRow, day: number, tally: Tally | undefined): string {
  return `${key}, ${dayName(day)}: ${tally === undefined ? 'loading' : tallyText(tally)}`;
}
