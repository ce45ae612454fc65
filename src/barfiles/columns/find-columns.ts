import { NAMES_OF, plainName, type ColumnField } from './column-names.ts';

/** A column that may be a field's, and how surely: the smaller the rank, the more so. */
export interface FieldColumn {
  readonly place: number;
  readonly rank: number;
  /** What the name says that it is counted in: `BTC` of `Volume BTC`. */
  readonly unit: string | undefined;
}

/** Which columns may be which field's, the surest first. */
export type FieldColumns = Readonly<Record<ColumnField, readonly FieldColumn[]>>;

const FIELDS = Object.keys(NAMES_OF) as ColumnField[];
const PRICES = ['open', 'high', 'low', 'close'] as const;

/** These say of a price that it is another one. */
const OTHER_PRICES = /^(adj|adjusted|bid|ask|prev|previous|mark|index|premium|vwap|split)/;
/** `1. open` of Alpha Vantage, `1a. open (USD)`. */
export const NUMBERING = /^\s*\d+[a-z]?\.\s*/i;
/** `Close    Close price adjusted for splits.` of a copied web page. */
const EXPLANATION = /(?<=\S)(?:\t| {3,})/;
/** `Open (USD)`, `Volume_(BTC)`, `Open [USD]`. */
const BRACKETED = /^(.*?)[\s_]*[([]\s*([^)\]]*)\s*[)\]]\s*$/;
/** `Volume BTC`, `volume_usdt`. */
const WITH_UNIT = /^(volume|vol)[\s_.]+([a-z\d]{2,10})$/i;
/** These say of a volume that it is another one: an average, a part. */
const OTHER_VOLUMES =
  /^(ma|sma|ema|wma|vwma|avg|average|mean|median|delta|change|chg|osc|oscillator|roc|ratio|rank|profile|weighted|buy|buys|sell|sells|bid|ask|up|down|long|short|adj|adjusted|pct|percent|usd24h|24h)$/;
/** `AAPL.Open`, `AAPL_Open`, `Open AAPL`, `('Open', 'AAPL')`. */
const PARTS = /^\s*\(?\s*['"]?([^'",]+?)['"]?\s*(?:[._ ]|,\s*)\s*['"]?([^'",]+?)['"]?\s*\)?\s*$/;

const FIELDS_OF = new Map<string, { field: ColumnField; rank: number }[]>();
for (const field of FIELDS)
  for (const [rank, name] of NAMES_OF[field].entries())
    FIELDS_OF.set(plainName(name), [...(FIELDS_OF.get(plainName(name)) ?? []), { field, rank }]);

/** Finds what columns may be by their names, in any order and spelling. */
export function findColumns(names: readonly string[]): FieldColumns {
  const found = Object.fromEntries(FIELDS.map((field) => [field, [] as FieldColumn[]])) as Record<
    ColumnField,
    FieldColumn[]
  >;
  const prefix = commonPart(names);
  for (const [place, name] of names.entries()) {
    const { bare, unit } = withoutUnit(prefix === undefined ? name : withoutPart(name, prefix));
    for (const { field, rank } of FIELDS_OF.get(plainName(bare)) ?? []) found[field].push({ place, rank, unit });
  }
  for (const field of FIELDS) found[field].sort((a, b) => a.rank - b.rank || a.place - b.place);
  return found;
}

/** Whether a line names columns of bars: prices at least, whatever stands for the time. */
export function isHeader(cells: readonly string[]): boolean {
  const found = findColumns(cells);
  return PRICES.every((field) => found[field].length > 0);
}

/** What all prices' names begin or end with besides their field: the symbol, as data frames of several have it. */
function commonPart(names: readonly string[]): string | undefined {
  const isPlain = PRICES.every((price) => names.some((name) => isNameOf(price, withoutUnit(name).bare)));
  if (isPlain) return undefined;
  const parts = new Map<string, Set<string>>();
  for (const name of names) {
    const [, first = '', second = ''] = PARTS.exec(name) ?? [];
    for (const price of PRICES)
      for (const [part, rest] of [
        [first, second],
        [second, first],
      ])
        if (part !== '' && isNameOf(price, rest) && !OTHER_PRICES.test(plainName(part)))
          parts.set(part, (parts.get(part) ?? new Set()).add(price));
  }
  const whole = [...parts].filter(([, prices]) => prices.size === PRICES.length);
  return whole.length === 1 ? whole[0][0] : undefined;
}

function withoutPart(name: string, part: string): string {
  const [, first = '', second = ''] = PARTS.exec(name) ?? [];
  return first === part ? second : second === part ? first : name;
}

function isNameOf(field: ColumnField, name: string): boolean {
  return FIELDS_OF.get(plainName(name))?.some((one) => one.field === field) ?? false;
}

function withoutUnit(name: string): { bare: string; unit: string | undefined } {
  const plain = name.replace(NUMBERING, '').split(EXPLANATION, 1)[0];
  const [, bare, unit] = BRACKETED.exec(plain) ?? WITH_UNIT.exec(plain) ?? [];
  return bare === undefined || bare === '' || FIELDS_OF.has(plainName(plain)) || OTHER_VOLUMES.test(plainName(unit))
    ? { bare: plain, unit: undefined }
    : { bare, unit };
}
