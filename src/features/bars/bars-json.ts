import type { FileFrame } from '../../barfiles/index.ts';
import { barsOf, isoOfEpochMs, isoOrNull, type Bar, type Span } from '../../market/index.ts';
import type { BarRevision, Change } from '../../chunk/index.ts';
import type { BarsAnswer } from './queries/get-bars/get-bars.query.ts';
import type { RefusedBar } from './queries/get-quarantine/get-quarantine.query.ts';
import type { Completeness } from './reading/completeness.ts';
import type { AnswerEnd, AnswerHead } from './reading/open-answer.ts';

// Shapes of the JSON that doors give: times as RFC 3339, what is absent as null.

export function barJson({ openTime, volume, isPartial, ...bar }: Bar) {
  const { open, high, low, close, state } = bar;
  const values = { openTime: isoOfEpochMs(openTime), open, high, low, close, volume: volume ?? null, state };
  return isPartial === undefined ? values : { ...values, isPartial };
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
  return { marksPartial: head.marksPartial, head: headJson(head), end: () => endJson(end()) };
}

/** The JSON answer of `GET /bars`, for doors that do not need the fast writer. */
export function barsAnswerJson(answer: BarsAnswer) {
  return {
    ...headJson(answer),
    bars: barsOf(answer.columns).map(barJson),
    ...endJson(answer),
  };
}

export function revisionJson({ observedAt, observedTo, finalAt, ...bar }: BarRevision) {
  return {
    ...barJson(bar),
    provider: bar.provider,
    observedAt: isoOfEpochMs(observedAt),
    observedTo: isoOrNull(observedTo),
    finalAt: isoOrNull(finalAt),
  };
}

export function refusedJson({ openTime, rejectedAt, ...bar }: RefusedBar) {
  return { ...bar, openTime: isoOrNull(openTime), rejectedAt: isoOfEpochMs(rejectedAt) };
}

export function changeJson({ providers, at, ...change }: Change) {
  return { ...change, ...spanJson(change), at: isoOfEpochMs(at), providers: [...providers] };
}
