import { seriesInterval, type BarInterval } from '../../market/index.ts';
import type { Table } from '../tables/table.ts';
import type { Plan } from './survey.ts';

/** How a file was read, the same for all of it. */
export interface Reading {
  /** `CSV with ";", header in line 2`. */
  readonly format: string;
  readonly layout?: string;
  /** Name or place (from 1) of the column of each field; two where date and time of day are joined. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** Recognised columns that are not stored: their values are not what their names say, or others tell the same. */
  readonly notStored: readonly string[];
  readonly notRead: readonly string[];
  readonly time: {
    /** How times are written: `YYYY-MM-DD HH:MM:SS`. */
    readonly form: string;
    /** IANA zone of times that name none. */
    readonly zone?: string;
    /** Who named the zone: the file itself, an option, the layout, the instrument that never closes, or its sessions. */
    readonly zoneBy?: 'file' | 'option' | 'layout' | 'instrument' | 'sessions';
    /** Which end of its bar a time names. */
    readonly is: 'open' | 'close';
  };
  readonly numbers: string;
  readonly interval: BarInterval;
  /** Present where bars begin with trading. */
  readonly align?: 'session';
  readonly intervalBy: 'option' | 'file';
}

const FIELDS = ['open', 'high', 'low', 'close', 'volume', 'state', 'symbol', 'exchange', 'interval'] as const;

export function readingOf(table: Table, plan: Plan): Reading {
  const { layout, columns, timeForm, zone, numberForm, interval, grid, timeIs } = plan;
  const nameOf = (place: number): string => (table.names?.[place] ?? '') || `column ${place + 1}`;
  const { optional: taken } = plan;
  const fields = FIELDS.filter((field) => columns[field] >= 0);
  const known = [...columns.time, ...columns.alsoTime, ...fields.map((field) => columns[field])];
  const stored = new Set([...known, ...taken.map(({ place }) => place)]);
  const recognised = Object.values(columns.optional).flatMap((places) => places.map(({ place }) => place));
  const notStored = [...new Set(recognised)].filter((place) => !stored.has(place));
  const used = new Set([...stored, ...notStored]);
  const others = Array.from({ length: table.names?.length ?? plan.width }, (_, place) => place).filter(
    (place) => !used.has(place),
  );
  return {
    format: table.shown,
    ...(layout === undefined ? {} : { layout: layout.name }),
    columns: {
      openTime: columns.time.map(nameOf),
      ...Object.fromEntries(fields.map((field) => [field, [nameOf(columns[field])]])),
      ...Object.fromEntries(taken.map(({ name, place, isAverage }) => [isAverage ? 'vwap' : name, [nameOf(place)]])),
    },
    notStored: notStored.map(nameOf),
    notRead: others.map(nameOf),
    time: { form: timeForm.shown, ...(zone === undefined ? {} : { zone: zone.zone, zoneBy: zone.by }), is: timeIs },
    numbers: numberForm.shown,
    interval: interval.interval,
    ...(grid.align === 'session' ? { align: grid.align } : {}),
    intervalBy: interval.by,
  };
}

const ZONE_REASONS = {
  file: 'named in the file',
  option: 'no zone in the file; --timezone',
  layout: 'no zone in the file; that of the layout',
  instrument: 'no zone in the file; the instrument trades around the clock',
  sessions: 'no zone in the file; so its rows lie in the sessions',
} as const;

const TOLD_FIELDS = ['trades', 'turnover', 'vwap', 'openInterest'] as const;

/** The same in a line: `CSV with ";", header in line 2; time = Date + Time, New York (…), opens; 5m; not read: Spread.` */
export function textOfReading({
  format,
  layout,
  columns,
  notStored,
  notRead,
  time,
  numbers,
  interval,
  align,
  intervalBy,
}: Reading): string {
  const zone =
    time.zone === undefined || time.zoneBy === undefined ? '' : `, ${time.zone} (${ZONE_REASONS[time.zoneBy]})`;
  const parts = [
    format,
    ...(layout === undefined ? [] : [`layout ${layout}`]),
    `time = ${columns['openTime'].join(' + ')} as ${time.form}${zone}, ${time.is}s`,
    ...(columns['volume'] === undefined
      ? ['no volume']
      : columns['volume'][0].toLowerCase() === 'volume'
        ? []
        : [`volume = ${columns['volume'][0]}`]),
    ...TOLD_FIELDS.flatMap((field) => columns[field]?.map((name) => `${field} = ${name}`) ?? []),
    ...(columns['symbol'] === undefined ? [] : [`symbol = ${columns['symbol'][0]}`]),
    ...(numbers === 'plain' ? [] : [numbers]),
    `${seriesInterval(interval, align)}${intervalBy === 'file' ? ' (the commonest step)' : ''}`,
    ...(notStored.length === 0 ? [] : [`not stored: ${notStored.join(', ')}`]),
    ...(notRead.length === 0 ? [] : [`not read: ${notRead.join(', ')}`]),
  ];
  return `${parts.join('; ')}.`;
}
