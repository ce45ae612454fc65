import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.ts';
import { SelectField, TextField } from '../../parts/field.tsx';
import { INTERVALS, isInterval } from '../../intervals.ts';
import { seriesText, type Instrument } from './known-instrument.ts';

const FORMATS = [
  { value: 'csv', text: 'CSV' },
  { value: 'parquet', text: 'Parquet' },
  { value: 'ndjson', text: 'NDJSON' },
  { value: 'arrow', text: 'Arrow' },
] as const;
type Format = (typeof FORMATS)[number]['value'];

const DAY_MS = 86_400_000;

/** A link to the bars of a range as a file. */
export function ExportBars({ instrument }: { instrument: Instrument }): JSX.Element {
  const { instrumentId, series } = instrument;
  const [chosen, setChosen] = useState<string>();
  const [format, setFormat] = useState<Format>('csv');
  const [range, setRange] = useState({ from: '', to: '' });
  const stored = series.map(seriesText);
  const choice = chosen ?? stored[0] ?? '1d';
  const one = series.find((candidate) => seriesText(candidate) === choice) ?? series[0];
  const from = range.from === '' ? (one?.first?.slice(0, 10) ?? '') : range.from;
  const to = range.to === '' ? dayAfter(one?.last ?? null) : range.to;
  const [interval] = choice.split(' ', 1);
  const align = choice.includes(' ') ? 'session' : undefined;
  const isBackwards = from >= to;
  const name = `${instrumentId.replaceAll(/[^\w.-]/g, '_')}-${choice.replaceAll(' ', '-')}.${format}`;

  return (
    <section class="stack" aria-label="Export">
      <h2>Export</h2>
      <div class="fields">
        <SelectField
          label="Interval"
          value={choice}
          options={[...new Set([...stored, ...INTERVALS])].map((text) => ({
            value: text,
            text: stored.includes(text) ? `${text}, stored` : text,
          }))}
          onChange={setChosen}
        />
        <TextField label="From (UTC)" type="date" value={from} onChange={(day) => setRange({ ...range, from: day })} />
        <TextField
          label="To, exclusive (UTC)"
          type="date"
          value={to}
          onChange={(day) => setRange({ ...range, to: day })}
          error={isBackwards ? 'It must be after the beginning' : undefined}
        />
        <SelectField label="Format" value={format} options={FORMATS} onChange={setFormat} />
        <div class="below-label">
          {isBackwards || !isInterval(interval) ? (
            <span class="soft">Choose a range</span>
          ) : (
            <a
              class="button primary"
              href={client.urlOf('getBars', { instrumentId, interval, align, from, to, format })}
              download={name}
            >
              Download
            </a>
          )}
        </div>
      </div>
    </section>
  );
}

function dayAfter(moment: string | null): string {
  return moment === null ? '' : new Date(Date.parse(moment) + DAY_MS).toISOString().slice(0, 10);
}
