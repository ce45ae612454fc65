import type { JSX } from 'preact';
import { SelectField, TextField } from '../../parts/field.tsx';
import { chosenIn, COLUMN_FIELDS, columnsOption, type ChosenColumns } from './columns-option.ts';
import type { FileColumn } from './file-head.ts';

interface ColumnsFieldsProps {
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
  readonly columns: readonly FileColumn[];
  /** Which columns were read as what without being named. */
  readonly read: ChosenColumns;
}

/** Which column is which: a choice for each field, written as the option of the API, which can be edited too. */
export function ColumnsFields({ value, columns, read, onChange, ...field }: ColumnsFieldsProps): JSX.Element {
  const chosen = chosenIn(value, columns);
  const choices = columns.map((column) => ({ value: String(column.place), text: columnText(column) }));
  const isByPlace = columns.every(({ name }) => name === undefined);

  function choose(changed: ChosenColumns): void {
    // A list in order names all columns, so that it begins with what is known.
    const before = isByPlace ? { ...read, ...chosen } : chosen;
    onChange(columnsOption({ ...before, ...changed }, columns));
  }

  return (
    <details class="more" open={value !== '' || field.error !== undefined}>
      <summary>Columns</summary>
      {columns.length > 0 && (
        <div class="fields narrow" role="group" aria-label="Columns">
          {COLUMN_FIELDS.map(({ field: one, text }) => (
            <SelectField
              key={one}
              label={text}
              value={String(chosen[one] ?? '')}
              options={[{ value: '', text: asFound(columns, read[one]) }, ...choices]}
              onChange={(place) => choose({ [one]: place === '' ? undefined : Number(place) })}
            />
          ))}
        </div>
      )}
      <TextField
        {...field}
        value={value}
        onChange={onChange}
        label="As text"
        placeholder="As found"
        hint="time='Open time',volume=Vol, or without a header openTime,open,high,low,close,volume,-"
      />
    </details>
  );
}

function asFound(columns: readonly FileColumn[], place: number | undefined): string {
  const column = columns.find((one) => one.place === place);
  return column === undefined ? 'As found' : `As found: ${column.name ?? `column ${column.place}`}`;
}

function columnText({ name, place, sample }: FileColumn): string {
  const shown = name ?? `Column ${place}`;
  return sample === undefined || sample === '' ? shown : `${shown} (${sample.slice(0, 24)})`;
}
