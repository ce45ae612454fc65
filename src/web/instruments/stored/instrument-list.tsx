import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { counted, grouped, shareText } from '../../format/number.ts';
import { timeText } from '../../format/time.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { Empty, Problem } from '../../parts/told.tsx';
import { VirtualRows } from '../../parts/virtual-rows.tsx';
import { chartLink, keepInLink, linkTo, parameters } from '../../routes.ts';
import { Welcome } from '../../welcome/welcome.tsx';
import { openTimeText } from '../../format/series-time.ts';
import { AddInstrument } from './add-instrument.tsx';
import { exchangeOf, rowsOf, seriesText, type Series, type StoredRow } from './known-instrument.ts';
import { useMedia } from './use-media.ts';
import { useStored } from './use-stored.ts';
import './stored.css';

const EXCHANGE = /^[\w.-]{1,32}$/;
/** The next page is read before fewer rows than that are left below. */
const ROWS_AHEAD = 200;
const ROW_HEIGHT = 40;
const NARROW_ROW_HEIGHT = 68;

export function InstrumentList(): JSX.Element {
  const { q = '', exchange = '', add } = parameters.value;
  const isExchange = EXCHANGE.test(exchange);
  const { symbols, total, error, reload, readOn } = useStored({
    query: q.trim() === '' ? undefined : q.trim(),
    exchange: isExchange ? exchange : undefined,
  });
  const rows = useMemo(() => rowsOf(symbols ?? []), [symbols]);
  const isNarrow = useMedia('(max-width: 48rem)');

  function again(): void {
    reload();
    readOn();
  }
  const adding = add === undefined ? undefined : <AddInstrument onClose={() => keepInLink({ add: undefined })} />;
  if (symbols === undefined)
    return error === undefined ? <p class="soft">Loading</p> : <Problem error={error} onRetry={reload} />;
  if (total === 0 && q === '' && exchange === '')
    return (
      <>
        <Welcome />
        <p class="row centred">
          <Button onClick={() => keepInLink({ add: 'yes' })}>Add an instrument</Button>
        </p>
        {adding}
      </>
    );

  const rowHeight = isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT;
  const seriesCount = rows.filter(({ series }) => series !== undefined).length;
  return (
    <section class="stack stored" aria-label="Stored instruments">
      <div class="row">
        <TextField
          label="Search"
          isLabelHidden
          type="search"
          placeholder="Search by code or name"
          value={q}
          onChange={(text) => keepInLink({ q: text === '' ? undefined : text })}
        />
        <TextField
          label="Exchange"
          isLabelHidden
          type="search"
          placeholder="All exchanges"
          value={exchange}
          options={[...new Set(symbols.map(exchangeOf))]}
          {...(exchange === '' || isExchange ? {} : { error: 'No exchange is called so' })}
          onChange={(text) => keepInLink({ exchange: text === '' ? undefined : text })}
        />
        <span class="soft grow" role="status">
          {counted(total, 'instrument')}
          {total === symbols.length && `, ${grouped(seriesCount)} series`}
        </span>
        <Button kind="primary" onClick={() => keepInLink({ add: 'yes' })}>
          Add an instrument
        </Button>
      </div>
      {error !== undefined && <Problem error={error} onRetry={again} />}
      {rows.length === 0 ? (
        <Empty title="No instrument is called so">
          <p>Only what is stored is searched here. “Add an instrument” searches a provider.</p>
        </Empty>
      ) : (
        <div class="stored-rows" style={{ '--height': `${rows.length * rowHeight}px` }}>
          <div class="stored-row head" aria-hidden="true">
            <span>Instrument</span>
            <span>Interval</span>
            <span>First</span>
            <span>Last</span>
            <span class="end">Bars</span>
            <span class="end">Final</span>
            <span>Provider</span>
          </div>
          <VirtualRows
            key={`${exchange} ${q}`} // other rows are read from their beginning
            label="Instruments and their series"
            count={rows.length}
            rowHeight={rowHeight}
            onSeen={(_, end) => {
              if (end > rows.length - ROWS_AHEAD) readOn();
            }}
            row={(index) => {
              const row = rows[index];
              return row === undefined ? null : <Row {...row} />;
            }}
          />
        </div>
      )}
      {adding}
    </section>
  );
}

function Row({ instrument, series, isFirst }: StoredRow): JSX.Element {
  const { instrumentId, name, timeZone } = instrument;
  return (
    <div class={isFirst ? 'stored-row first' : 'stored-row'}>
      <span class="stored-name">
        <a href={linkTo('/instruments', { id: instrumentId })} class={isFirst ? '' : 'unseen'}>
          {instrumentId}
        </a>{' '}
        {isFirst && <span class="soft">{name}</span>}
      </span>
      {series === undefined ? (
        <span class="soft no-bars">No bars yet</span>
      ) : (
        <>
          <a class="stored-interval" href={chartLink(instrumentId, series.interval, { align: series.align })}>
            {seriesText(series)}
            <span class="unseen"> of {instrumentId} as a chart</span>
          </a>
          <span class="stored-edge">{edgeText(series.first, series, timeZone)}</span>
          <span class="stored-edge">{edgeText(series.last, series, timeZone)}</span>
          <span class="stored-days">{daysText(series)}</span>
          <span class="stored-count end nowrap">
            {grouped(series.count)} <span class="unit">bars</span>
          </span>
          <span class="stored-final end nowrap">
            {shareText(series.finalCount, series.count)} <span class="unit">final</span>
          </span>
          <span class="stored-providers soft">{series.providers.join(', ')}</span>
        </>
      )}
    </div>
  );
}

function edgeText(edge: string | null, { interval }: Series, timeZone: string | null): string {
  return edge === null ? '' : openTimeText(edge, interval, timeZone);
}

function daysText({ first, last }: Series): string {
  return first === null || last === null ? '' : `${timeText(first, 'UTC', 'day')} – ${timeText(last, 'UTC', 'day')}`;
}
