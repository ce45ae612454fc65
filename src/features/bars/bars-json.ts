import type { FileFrame } from '../../barfiles/index.ts';
import {
  barAt,
  isoOfEpochMs,
  isoOrNull,
  providerAt,
  toldOf,
  vwapOf,
  type Bar,
  type BarColumns,
  type BarField,
  type Span,
} from '../../market/index.ts';
import type { BarRevision, Change } from '../../chunk/index.ts';
import type { BarsAnswer } from './queries/get-bars/get-bars.query.ts';
import type { RefusedBar } from './queries/get-quarantine/get-quarantine.query.ts';
import type { Completeness } from './reading/completeness.ts';
import type { ManyCompleteness } from './reading/many-completeness.ts';
import type { AnswerEnd, AnswerHead } from './reading/open-answer.ts';
import type { ManyEnd } from './reading/open-many.ts';

// Shapes of the JSON that doors give: times as RFC 3339, what is absent as null.

export function barJson({ openTime, volume, isPartial, ...bar }: Bar) {
  const { open, high, low, close, state } = bar;
  const values = { openTime: isoOfEpochMs(openTime), open, high, low, close, volume: volume ?? null, state };
  return isPartial === undefined ? values : { ...values, isPartial };
}

/** With what else it has, for those who do not choose fields. */
export const wholeBarJson = (bar: Bar) => ({ ...barJson(bar), ...toldOf(bar) });

/** A bar with the fields that were asked for, each null where it has none. */
export function toldBarJson(columns: BarColumns, index: number, fields: readonly BarField[]) {
  const { observedAt } = columns;
  return {
    ...barJson(barAt(columns, index)),
    ...numbersJson(fields, (field) => columns[field]?.[index]),
    ...(fields.includes('provider') ? { provider: providerAt(columns, index) } : {}),
    ...(fields.includes('observedAt') ? { observedAt: isoOrNull(observedAt?.[index]) } : {}),
  };
}

/** The fields of a bar that is told with its provider and `observedAt` in any case. */
export function fieldsJson(bar: Bar, fields: readonly BarField[]) {
  const { turnover = NaN, volume = NaN } = bar;
  return numbersJson(fields, (field) => (field === 'vwap' ? vwapOf(turnover, volume) : bar[field]));
}

export function numberFields(fields: readonly BarField[]): NumberField[] {
  return fields.filter((field) => field !== 'provider' && field !== 'observedAt');
}

type NumberField = Exclude<BarField, 'provider' | 'observedAt'>;

function numbersJson(fields: readonly BarField[], valueOf: (field: NumberField) => number | undefined) {
  const json: { [Field in NumberField]?: number | null } = {};
  for (const field of numberFields(fields)) {
    const value = valueOf(field) ?? NaN;
    json[field] = Number.isNaN(value) ? null : value;
  }
  return json;
}

export function completenessJson(completeness: Completeness) {
  return {
    ...completeness,
    ...spanJson(completeness),
    expected: completeness.expected ?? null,
    missing: completeness.missing.map((range) => ({ ...range, ...spanJson(range) })),
    ...(completeness.scheduleKnown === undefined ? {} : { scheduleKnown: spanJson(completeness.scheduleKnown) }),
  };
}

function spanJson({ from, to }: Span) {
  return { from: isoOfEpochMs(from), to: isoOfEpochMs(to) };
}

function headJson(head: AnswerHead) {
  const { instrumentId, interval, align, storedInterval, storedIntervals, basis, adjustment, asOf } = head;
  return {
    instrumentId,
    interval,
    align,
    storedInterval: storedInterval ?? null,
    ...(storedIntervals === undefined ? {} : { storedIntervals }),
    basis,
    adjustment,
    asOf: isoOrNull(asOf),
  };
}

function endJson({ completeness, nextCursor }: AnswerEnd) {
  return { completeness: completenessJson(completeness), nextCursor: nextCursor ?? null };
}

/** What a file says besides its bars. */
export function fileFrame(head: AnswerHead, end: () => AnswerEnd): FileFrame {
  return { marksPartial: head.marksPartial, fields: head.fields, head: headJson(head), end: () => endJson(end()) };
}

/** What is said of one series of many. */
export function seriesJson(
  { instrumentId, align, storedInterval, storedIntervals, basis }: AnswerHead,
  completeness: Completeness,
) {
  return {
    instrumentId,
    align,
    storedInterval: storedInterval ?? null,
    ...(storedIntervals === undefined ? {} : { storedIntervals }),
    basis,
    completeness: completenessJson(completeness),
  };
}
export type SeriesJson = ReturnType<typeof seriesJson>;

export function manyHeadJson({ interval, asOf }: { readonly interval: string; readonly asOf?: number | undefined }) {
  return { interval, adjustment: 'raw', asOf: isoOrNull(asOf) };
}

type ToldOfMany = ManyEnd & { readonly completeness: ManyCompleteness };

export function manyEndJson({ completeness, unknown, refused, nextCursor }: ToldOfMany, series: readonly SeriesJson[]) {
  const { expected, ...sums } = completeness;
  return {
    series,
    unknown,
    refused,
    completeness: { ...sums, expected: expected ?? null },
    nextCursor: nextCursor ?? null,
  };
}

/** Clients give up an answer whose trailers are longer than what they take of headers, 8 or 16 KiB. */
const MOST_NAMED = 20;

/** What a trailer says of many series. */
export function manySummaryJson(end: ToldOfMany) {
  const { completeness, unknown, refused } = manyEndJson(end, []);
  return {
    ...completeness,
    unknown: unknown.slice(0, MOST_NAMED),
    unknownCount: unknown.length,
    refused: refused.slice(0, MOST_NAMED).map(({ instrumentId, code }) => ({ instrumentId, code })),
    refusedCount: refused.length,
  };
}

/** The JSON answer of `GET /bars`, for doors that do not need the fast writer. */
export function barsAnswerJson(answer: BarsAnswer) {
  return {
    ...headJson(answer),
    bars: Array.from(answer.columns.openTime, (_, index) => toldBarJson(answer.columns, index, answer.fields)),
    ...endJson(answer),
  };
}

export function revisionJson(revision: BarRevision, fields: readonly BarField[] = []) {
  const { observedAt, observedTo, finalAt, ...bar } = revision;
  return {
    ...barJson(bar),
    provider: bar.provider,
    observedAt: isoOfEpochMs(observedAt),
    observedTo: isoOrNull(observedTo),
    finalAt: isoOrNull(finalAt),
    ...fieldsJson(bar, fields),
  };
}

export function refusedJson({ openTime, rejectedAt, ...bar }: RefusedBar) {
  return { ...bar, openTime: isoOrNull(openTime), rejectedAt: isoOfEpochMs(rejectedAt) };
}

export function changeJson({ providers, at, ...change }: Change) {
  return { ...change, ...spanJson(change), at: isoOfEpochMs(at), providers: [...providers] };
}
