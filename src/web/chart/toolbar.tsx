import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../client.ts';
import { Button } from '../parts/button.tsx';
import { SelectField } from '../parts/field.tsx';
import { keepInLink } from '../routes.ts';
import { SearchDialog } from '../search/search-dialog.tsx';
import { openSearch } from '../search/search.tsx';
import type { Instrument } from './chart-data.ts';
import { INTERVALS, isBelowDay, sourceOf, USUAL, type Interval } from '../intervals.ts';
import { linkTime, middleOf, type ChartView } from './view-link.ts';

interface ToolbarProps {
  readonly instrument: Instrument;
  readonly interval: Interval;
  readonly view: ChartView;
  readonly onInterval: (interval: Interval) => void;
}

const SCALES = [
  { value: 'linear', text: 'Linear' },
  { value: 'log', text: 'Log' },
  { value: 'percent', text: 'Percent' },
] as const;

const ALIGNMENTS = [
  { value: 'clock', text: 'Clock' },
  { value: 'session', text: 'Session' },
] as const;

/** What is shown, and how. All of it is kept in the link. */
export function Toolbar({ instrument, interval, view, onInterval }: ToolbarProps): JSX.Element {
  const { instrumentId, name, schedule, series } = instrument;
  const hasSessions = schedule !== null && schedule !== '24x7' && isBelowDay(interval);
  return (
    <div class="toolbar" role="group" aria-label="What is shown">
      <Button onClick={openSearch} title={`${name ?? 'Choose another instrument'} (key: /)`}>
        <strong>{instrumentId}</strong>
        <span aria-hidden="true">▾</span>
      </Button>
      <Intervals {...{ series, interval, onInterval }} align={view.align} />
      {hasSessions && (
        <SelectField
          label="Bars begin"
          isLabelHidden
          value={view.align ?? 'clock'}
          options={ALIGNMENTS}
          onChange={(align) => keepInLink({ align: align === 'session' ? align : undefined })}
        />
      )}
      <SelectField
        label="Scale"
        isLabelHidden
        value={view.compare === undefined ? view.scale : 'percent'}
        options={view.compare === undefined ? SCALES : SCALES.slice(2)}
        onChange={(scale) => keepInLink({ scale: scale === 'linear' ? undefined : scale })}
      />
      <Compare view={view} />
      <span class="grow" />
      <Button
        isPressed={view.isAsOf}
        title="Show what was known at an earlier moment"
        onClick={() => keepInLink({ asOf: view.isAsOf ? undefined : 'now' })}
      >
        As known
      </Button>
      <Button
        isPressed={view.replay !== undefined}
        title="Show the past bar by bar, from the middle of what is in sight"
        onClick={() => keepInLink({ replay: view.replay === undefined ? replayStart(view) : undefined })}
      >
        Replay
      </Button>
      <Button isPressed={view.isTable} onClick={() => keepInLink({ table: view.isTable ? undefined : 'yes' })}>
        Table
      </Button>
      <Downloads {...{ instrumentId, interval, view }} />
    </div>
  );
}

interface IntervalsProps {
  readonly series: Instrument['series'];
  readonly align: ChartView['align'];
  readonly interval: Interval;
  readonly onInterval: (interval: Interval) => void;
}

/** The usual intervals that can be shown as buttons, all of the API in a list. */
function Intervals({ series, align, interval, onInterval }: IntervalsProps): JSX.Element {
  const isHeld = (one: Interval): boolean => sourceOf(series, one, align) !== undefined;
  const options = INTERVALS.map((value) => ({ value, text: isHeld(value) ? value : `${value} (none)` }));
  return (
    <>
      <div class="buttons usual" role="group" aria-label="Usual intervals">
        {USUAL.filter(isHeld).map((one) => (
          <Button key={one} isPressed={one === interval} onClick={() => onInterval(one)}>
            {one}
          </Button>
        ))}
      </div>
      <SelectField label="Interval" isLabelHidden value={interval} options={options} onChange={onInterval} />
    </>
  );
}

const KINDS = [
  { value: 'line', text: 'Line' },
  { value: 'candles', text: 'Candles' },
] as const;

/** A second instrument in the same chart; both are then shown in percent. */
function Compare({ view: { compare, compareAs } }: { view: ChartView }): JSX.Element {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button isPressed={compare !== undefined} title="Compare with another instrument" onClick={() => setIsOpen(true)}>
        {compare === undefined ? 'Compare' : `with ${compare}`}
      </Button>
      {compare !== undefined && (
        <>
          <SelectField
            label="Compared"
            isLabelHidden
            value={compareAs}
            options={KINDS}
            onChange={(kind) => keepInLink({ as: kind === 'line' ? undefined : kind })}
          />
          <Button
            kind="quiet"
            label="End the comparison"
            onClick={() => keepInLink({ compare: undefined, as: undefined })}
          >
            ×
          </Button>
        </>
      )}
      {isOpen && (
        <SearchDialog
          title="Compare with"
          onClose={() => setIsOpen(false)}
          onChoose={({ instrumentId }) => {
            setIsOpen(false);
            keepInLink({ compare: instrumentId });
          }}
        />
      )}
    </>
  );
}

interface DownloadsProps {
  readonly instrumentId: string;
  readonly interval: Interval;
  readonly view: ChartView;
}

/** Links to the API: the bars in sight, of the chosen interval, as a file. Their place is kept until those are known. */
function Downloads({ instrumentId, interval, view: { align, asOf, sight } }: DownloadsProps): JSX.Element {
  if (typeof sight === 'string' || !('from' in sight))
    return (
      <span class="downloads unknown">
        <span>CSV</span>
        <span>Parquet</span>
      </span>
    );
  const { from, to } = sight;
  const linkOf = (format: 'csv' | 'parquet'): string =>
    client.urlOf('getBars', { instrumentId, interval, from: linkTime(from), to: linkTime(to), align, asOf, format });
  const name = `${instrumentId.replace(':', '_')}_${interval}`;
  return (
    <span class="downloads">
      <a href={linkOf('csv')} download={`${name}.csv`} title="Download the bars in sight">
        CSV
      </a>
      <a href={linkOf('parquet')} download={`${name}.parquet`} title="Download the bars in sight">
        Parquet
      </a>
    </span>
  );
}

/** In the middle of what is in sight. */
function replayStart({ sight }: ChartView): string {
  return linkTime(Math.floor((middleOf(sight) ?? Date.now()) / 1_000) * 1_000);
}
