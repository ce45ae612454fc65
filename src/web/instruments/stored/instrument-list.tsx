import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { client } from '../../client.ts';
import { grouped, shareText } from '../../format/number.ts';
import { timeText } from '../../format/time.ts';
import { Button } from '../../parts/button.tsx';
import { SelectField, TextField } from '../../parts/field.tsx';
import { Empty, Problem } from '../../parts/told.tsx';
import { VirtualRows } from '../../parts/virtual-rows.tsx';
import { chartLink, keepInLink, linkTo, parameters } from '../../routes.ts';
import { useAnswer } from '../../use-answer.ts';
import { Welcome } from '../../welcome/welcome.tsx';
import { openTimeText } from '../../format/series-time.ts';
import { AddInstrument } from './add-instrument.tsx';
import { exchangeOf, isCalled, rowsOf, seriesText, type Series, type StoredRow } from './known-instrument.ts';
import { useMedia } from './use-media.ts';
import './stored.css';

const MOST = 10_000;
const ROW_HEIGHT = 40;
const NARROW_ROW_HEIGHT = 68;

export function InstrumentList(): JSX.Element {
  const { q = '', exchange = '', add } = parameters.value;
  const [isBeyond, setIsBeyond] = useState(false);
  // As long as all of them are here, they are searched here.
  const asked = isBeyond ? { query: q, limit: MOST } : { limit: MOST };
  const { value, error, reload } = useAnswer((signal) => client.getSymbols(asked, { signal }), [isBeyond, asked.query]);
  const isNarrow = useMedia('(max-width: 48rem)');
  useEffect(() => {
    if (value !== undefined && value.total > MOST) setIsBeyond(true);
  }, [value]);

  const adding = add === undefined ? undefined : <AddInstrument onClose={() => keepInLink({ add: undefined })} />;
  if (value === undefined)
    return error === undefined ? <p class="soft">Loading</p> : <Problem error={error} onRetry={reload} />;
  const { symbols, total } = value;
  if (total === 0 && q === '')
    return (
      <>
        <Welcome />
        <p class="row centred">
          <Button onClick={() => keepInLink({ add: 'yes' })}>Add an instrument</Button>
        </p>
        {adding}
      </>
    );

  const exchanges = [...new Set([...symbols.map(exchangeOf), ...(exchange === '' ? [] : [exchange])])].sort();
  const shown = symbols.filter(
    (instrument) => (exchange === '' || exchangeOf(instrument) === exchange) && isCalled(instrument, q),
  );
  const rows = rowsOf(shown);
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
        <SelectField
          label="Exchange"
          isLabelHidden
          value={exchange}
          options={[{ value: '', text: 'All exchanges' }, ...exchanges.map((one) => ({ value: one, text: one }))]}
          onChange={(one) => keepInLink({ exchange: one === '' ? undefined : one })}
        />
        <span class="soft grow" role="status">
          {grouped(shown.length)} {shown.length === 1 ? 'instrument' : 'instruments'}, {grouped(seriesCount)} series
          {total > symbols.length &&
            `; only the first ${grouped(MOST)} of ${grouped(total)} are here: search for others`}
        </span>
        <Button kind="primary" onClick={() => keepInLink({ add: 'yes' })}>
          Add an instrument
        </Button>
      </div>
      {error !== undefined && <Problem error={error} onRetry={reload} />}
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
