import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { client } from '../../client.ts';
import { CheckField, SelectField, TextField } from '../../parts/field.tsx';
import { keepInLink } from '../../routes.ts';
import { useAnswer } from '../../use-answer.ts';
import { INTERVALS } from '../../intervals.ts';
import { ColumnsFields } from './columns-fields.tsx';
import type { ChosenColumns } from './columns-option.ts';
import type { FileColumn } from './file-head.ts';
import type { ImportOption, ImportOptions } from './import-options.ts';
import { refusalIn } from './refusal-shown.tsx';

interface OptionsFormProps {
  readonly options: ImportOptions;
  /** Why the file was refused, the newest time. */
  readonly refusal: unknown;
  readonly columns: readonly FileColumn[];
  readonly read: ChosenColumns;
  readonly onSubmit: () => void;
  readonly children: ComponentChildren;
}

const SUGGESTED = 20;

const asTold = { value: '', text: 'As the file shows' };
const CHOICES = {
  interval: [asTold, ...INTERVALS.map((interval) => ({ value: interval, text: interval }))],
  dateOrder: [
    asTold,
    { value: 'ymd', text: 'Year, month, day' },
    { value: 'mdy', text: 'Month, day, year' },
    { value: 'dmy', text: 'Day, month, year' },
  ],
  timeIs: [asTold, { value: 'open', text: 'The beginning' }, { value: 'close', text: 'The end' }],
  timeUnit: [
    asTold,
    { value: 's', text: 'Seconds' },
    { value: 'ms', text: 'Milliseconds' },
    { value: 'us', text: 'Microseconds' },
    { value: 'ns', text: 'Nanoseconds' },
  ],
  decimal: [asTold, { value: 'point', text: 'Point: 1.5' }, { value: 'comma', text: 'Comma: 1,5' }],
  align: [
    { value: '', text: 'On the UTC clock' },
    { value: 'session', text: 'With trading' },
  ],
  state: [
    { value: '', text: 'Final' },
    { value: 'provisional', text: 'Provisional: may still change' },
  ],
  duplicates: [
    { value: '', text: 'Reject both' },
    { value: 'first', text: 'Keep the first' },
    { value: 'last', text: 'Keep the last' },
  ],
  format: [asTold, ...['csv', 'json', 'ndjson', 'parquet', 'arrow'].map((format) => ({ value: format, text: format }))],
} as const;

/** How a file is to be read, where it does not show it. What is chosen is kept in the link. */
export function OptionsForm({ options, refusal, columns, read, onSubmit, children }: OptionsFormProps): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  const zones = ['UTC', 'exchange', Intl.DateTimeFormat().resolvedOptions().timeZone, 'America/New_York'];
  const query = options.instrumentId ?? '';
  const stored = useAnswer((signal) => client.getSymbols({ query, limit: SUGGESTED }, { signal }), [query]);

  const { option: deciding, question } = refusalIn(refusal) ?? {};
  useEffect(() => {
    const field = deciding === undefined ? null : form.current?.elements.namedItem(deciding);
    if (!(field instanceof HTMLElement)) return;
    const folded = field.closest('details');
    if (folded !== null) folded.open = true;
    field.focus();
  }, [refusal]);

  const shared = (name: ImportOption) => ({
    name,
    value: options[name] ?? '',
    onChange: (value: string) => keepInLink({ [name]: value === '' ? undefined : value }),
    error: name === deciding ? `${question} Choose here, then preview again.` : undefined,
  });
  const check = (name: ImportOption) => ({
    isChecked: options[name] === 'true',
    onChange: (isChecked: boolean) => keepInLink({ [name]: isChecked ? 'true' : undefined }),
  });

  return (
    <form
      ref={form}
      class="stack"
      aria-label="How the file is read"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <div class="fields">
        <TextField
          {...shared('instrumentId')}
          label="Instrument"
          placeholder="NASDAQ:AAPL"
          hint="Empty: a column has the symbols"
          options={stored.value?.symbols.map(({ instrumentId }) => instrumentId) ?? []}
        />
        <SelectField {...shared('interval')} label="Interval" options={CHOICES.interval} />
        <TextField
          {...shared('timezone')}
          label="Time zone of the times"
          placeholder="As the file shows"
          options={[...new Set(zones)]}
        />
        <SelectField {...shared('dateOrder')} label="Order of dates" options={CHOICES.dateOrder} />
      </div>
      <div>
        <ColumnsFields {...shared('columns')} columns={columns} read={read} />
        <details class="more">
          <summary>More options</summary>
          <div class="fields">
            <SelectField {...shared('timeIs')} label="A time names" options={CHOICES.timeIs} />
            <SelectField {...shared('timeUnit')} label="Unit of times that are numbers" options={CHOICES.timeUnit} />
            <SelectField {...shared('decimal')} label="Decimal sign" options={CHOICES.decimal} />
            <SelectField {...shared('align')} label="Bars below a day begin" options={CHOICES.align} />
            <TextField
              {...shared('layout')}
              label="Layout"
              placeholder="None"
              hint="A vendor's, such as kraken or metatrader"
            />
            <TextField {...shared('exchange')} label="Exchange of all symbols" placeholder="NASDAQ" />
            <TextField {...shared('symbolColumn')} label="Column of the symbols" />
            <TextField {...shared('symbol')} label="Only rows of this symbol" placeholder="All" />
            <TextField {...shared('provider')} label="Provider to note at the bars" placeholder="file" />
            <SelectField {...shared('state')} label="State of the bars" options={CHOICES.state} />
            <SelectField {...shared('duplicates')} label="One time twice" options={CHOICES.duplicates} />
            <SelectField {...shared('format')} label="Format" options={CHOICES.format} />
            <TextField
              {...shared('encoding')}
              label="Encoding of text"
              placeholder="As the file shows"
              hint="Such as gbk or shift_jis"
            />
            <TextField {...shared('member')} label="File in the zip" placeholder="The only one" />
            <TextField
              {...shared('name')}
              label="Names of files in the zip"
              placeholder="{exchange}_{symbol}-{interval}"
              hint="Reads all of them"
            />
          </div>
          <div class="row">
            <CheckField
              {...check('isComplete')}
              label="Complete: nothing else was traded between its first and its last bar"
            />
            <CheckField {...check('forceInterval')} label="The interval is right, though rows are another step apart" />
          </div>
        </details>
      </div>
      <div class="row">{children}</div>
    </form>
  );
}
