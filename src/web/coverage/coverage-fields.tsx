import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Answer } from '../../client/index.ts';
import { grouped } from '../format/number.ts';
import { Button } from '../parts/button.tsx';
import { SelectField, TextField } from '../parts/field.tsx';
import { keepInLink } from '../routes.ts';
import { dayFrom, dayText } from './days.ts';
import { INTERVALS } from '../intervals.ts';
import { exchangeOf } from './series-rows.ts';
import { SPANS, type CoverageView } from './view.ts';

interface CoverageFieldsProps {
  readonly view: CoverageView;
  readonly interval: string;
  readonly stored: ReadonlyMap<string, number>;
  readonly instruments: Answer<'getSymbols'>['symbols'];
  /** The day behind the last one that is shown. */
  readonly end: number;
}

/** What is shown: of which interval, when, and of which instruments. */
export function CoverageFields({ view, interval, stored, instruments, end }: CoverageFieldsProps): JSX.Element {
  const exchanges = useMemo(
    () => [...new Set(instruments.map(({ instrumentId }) => exchangeOf(instrumentId)))].sort(),
    [instruments],
  );
  const intervals = INTERVALS.map((value) => {
    const count = stored.get(value);
    return { value, text: count === undefined ? value : `${value} (${grouped(count)} stored)` };
  });
  return (
    <header class="coverage-fields">
      <h1>Coverage</h1>
      <SelectField
        label="Interval"
        value={interval}
        options={intervals}
        onChange={(changed) => keepInLink({ interval: changed })}
      />
      <div class="field">
        <span class="field-name" id="coverage-span">
          Range
        </span>
        <div class="buttons" role="group" aria-labelledby="coverage-span">
          {SPANS.map(({ value, text }) => (
            <Button key={value} isPressed={view.span === value} onClick={() => keepInLink({ span: value })}>
              {text}
            </Button>
          ))}
        </div>
      </div>
      <TextField
        label="Last day (UTC)"
        type="date"
        value={dayText(end - 1)}
        onChange={(changed) => dayFrom(changed) !== undefined && keepInLink({ end: changed })}
      />
      <TextField
        label="Instrument"
        type="search"
        placeholder="Symbol or name"
        value={view.query}
        onChange={(changed) => keepInLink({ query: changed === '' ? undefined : changed })}
      />
      <SelectField
        label="Exchange"
        value={view.exchange}
        options={[{ value: '', text: 'All' }, ...exchanges.map((one) => ({ value: one, text: one }))]}
        onChange={(changed) => keepInLink({ exchange: changed === '' ? undefined : changed })}
      />
      <div class="buttons" role="group" aria-label="Shown as">
        <Button isPressed={view.mode === 'map'} onClick={() => keepInLink({ view: undefined })}>
          Map
        </Button>
        <Button isPressed={view.mode === 'table'} onClick={() => keepInLink({ view: 'table' })}>
          Table
        </Button>
      </div>
    </header>
  );
}
