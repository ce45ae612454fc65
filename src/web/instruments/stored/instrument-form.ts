import type { Input } from '../../../client/index.ts';
import type { Instrument } from './known-instrument.ts';

type Declared = Omit<Input<'registerSymbol'>, 'instrumentId'>;

const DETAIL_FIELDS = [
  'name',
  'assetType',
  'currency',
  'schedule',
  'sessions',
  'priceDecimals',
  'listedFrom',
  'listedTo',
  'aliases',
] as const;
export type DetailField = (typeof DETAIL_FIELDS)[number];

/** What is declared of an instrument, as it is typed. */
export type DetailTexts = Readonly<Record<DetailField, string>>;
export type FieldFaults = Readonly<Partial<Record<DetailField, string>>>;

export function textsOf(instrument: Instrument): DetailTexts {
  const { name, assetType, currency, schedule, sessions, priceDecimals, listedFrom, listedTo, aliases } = instrument;
  return {
    name: name ?? '',
    assetType: assetType ?? '',
    currency: currency ?? '',
    schedule: schedule ?? '',
    sessions,
    priceDecimals: priceDecimals === null ? '' : String(priceDecimals),
    listedFrom: momentText(listedFrom),
    listedTo: momentText(listedTo),
    aliases: aliases.join(', '),
  };
}

/** Midnights are shown as the days that begin then. */
function momentText(moment: string | null): string {
  return moment === null ? '' : moment.replace(/T00:00:00(?:\.000)?Z$/, '');
}

/** What the server is told: the fields that were changed; or what is wrong with them. */
export function changesOf(before: DetailTexts, after: DetailTexts): { changes: Declared; faults: FieldFaults } {
  const changed = DETAIL_FIELDS.filter((field) => after[field].trim() !== before[field]);
  const emptied = changed.filter((field) => field !== 'aliases' && after[field].trim() === '');
  const faults: Partial<Record<DetailField, string>> = {};
  for (const field of emptied) faults[field] = 'It can be changed, but not taken away';
  if (changed.includes('priceDecimals') && !/^\d*$/.test(after.priceDecimals.trim()))
    faults.priceDecimals = 'Expected a whole number from 0 to 15';
  const texts = Object.fromEntries(changed.map((field) => [field, after[field].trim()]));
  const { aliases, priceDecimals, ...others } = texts;
  const changes: Declared = {
    ...others,
    ...(priceDecimals === undefined ? {} : { priceDecimals: Number(priceDecimals) }),
    ...(aliases === undefined ? {} : { aliases: namesIn(aliases) }),
  };
  return { changes, faults };
}

function namesIn(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}

interface Refused {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

const DECIDES: Readonly<Record<string, DetailField>> = { UNKNOWN_SCHEDULE: 'schedule', INVALID_RANGE: 'listedFrom' };

/** Which fields the server refuses, and why; empty where it says nothing of a field. */
export function faultsIn({ code, detail, errors }: Refused): FieldFaults {
  const named = errors.flatMap(({ path, message }) => {
    const field = DETAIL_FIELDS.find((one) => path.split('/').includes(one));
    return field === undefined ? [] : [[field, message] as const];
  });
  const field = DECIDES[code];
  return Object.fromEntries(named.length === 0 && field !== undefined ? [[field, detail]] : named);
}
