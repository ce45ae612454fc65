import type { JSX } from 'preact';
import { Button } from '../parts/button.tsx';
import { SelectField, TextField } from '../parts/field.tsx';
import { Meter } from '../parts/told.tsx';
import { tallyText, type Tally } from './day-cell.ts';
import { dayFrom, dayText, type DayRange } from './days.ts';
import { isEnded, jobText, progressOf, type Job } from './fetching.ts';

interface SelectionBarProps {
  /** The series, such as `NASDAQ:AAPL 1m`. */
  readonly name: string;
  readonly days: DayRange;
  readonly tally: Tally | undefined;
  readonly providers: readonly string[];
  /** Empty: the one that the series is synced from. */
  readonly provider: string;
  readonly onProvider: (provider: string) => void;
  readonly job: Job | undefined;
  readonly onDays: (days: DayRange) => void;
  readonly onFetch: () => unknown;
  readonly onOpen: () => void;
  readonly onClear: () => void;
}

/** What is selected, and what can be done with it. */
export function SelectionBar(props: SelectionBarProps): JSX.Element {
  const { name, days, tally, providers, provider, onProvider, job, onDays, onFetch, onOpen, onClear } = props;
  const isRunning = job !== undefined && !isEnded(job);
  function keepFirst(text: string): void {
    const first = dayFrom(text);
    if (first !== undefined) onDays({ first, end: Math.max(days.end, first + 1) });
  }
  function keepLast(text: string): void {
    const last = dayFrom(text);
    if (last !== undefined) onDays({ first: Math.min(days.first, last), end: last + 1 });
  }
  return (
    <section class="selection" aria-label="Selected days">
      <div class="selection-told">
        <strong>{name}</strong>
        <span class="soft">{tally === undefined ? 'Loading' : tallyText(tally)}</span>
      </div>
      <div class="row selection-fields">
        <TextField label="First day" type="date" value={dayText(days.first)} onChange={keepFirst} />
        <TextField label="Last day" type="date" value={dayText(days.end - 1)} onChange={keepLast} />
        <SelectField
          label="Provider"
          value={provider}
          options={[{ value: '', text: 'Default' }, ...providers.map((one) => ({ value: one, text: one }))]}
          onChange={onProvider}
        />
        <Button kind="primary" isDisabled={isRunning} onClick={onFetch}>
          Fetch
        </Button>
        <Button onClick={onOpen}>{days.end - days.first === 1 ? 'Show the day' : 'Show the last day'}</Button>
        <Button kind="quiet" label="Clear the selection" onClick={onClear}>
          ×
        </Button>
      </div>
      {job !== undefined && (
        <div class="selection-job" role="status">
          <span>{jobText(job)}</span>
          {isRunning && <Meter label="Progress of the fetch" {...progressOf(job)} />}
        </div>
      )}
    </section>
  );
}
