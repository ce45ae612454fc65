import {
  BAR_STATES,
  isoOfEpochMs,
  PRICE_COLUMNS,
  providerAt,
  type BarColumns,
  type BarField,
} from '../../market/index.ts';

/** Bars as the rows of a table, with the fields that were asked for at the end. */
export function barRows(columns: BarColumns, fields: readonly BarField[]): (string | number)[][] {
  return Array.from(columns.openTime, (openTime, i) => [
    isoOfEpochMs(openTime),
    ...PRICE_COLUMNS.map((name) => columns[name][i]),
    Number.isNaN(columns.volume[i]) ? '' : columns.volume[i],
    BAR_STATES[columns.state[i]],
    ...(columns.isPartial === undefined ? [] : [columns.isPartial[i] === 1 ? 'partial' : '']),
    ...fields.map((field) => cellOf(columns, i, field)),
  ]);
}

function cellOf(columns: BarColumns, index: number, field: BarField): number | string {
  if (field === 'provider') return providerAt(columns, index) ?? '';
  const value = columns[field]?.[index] ?? NaN;
  if (Number.isNaN(value)) return '';
  return field === 'observedAt' ? isoOfEpochMs(value) : value;
}
