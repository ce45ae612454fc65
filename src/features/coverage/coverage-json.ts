import { isoOfEpochMs, isoOrNull } from '../../market/index.ts';
import type { CoverageAnswer } from './queries/get-coverage/get-coverage.query.ts';

/** As doors give it: times as RFC 3339, what is absent as null. */
export function coverageJson(answer: CoverageAnswer) {
  const { from, to, basis, currency, refusal, expected, scheduleKnown, ranges, days, asked, ...rest } = answer;
  const spanJson = <T extends { readonly from: number; readonly to: number }>(span: T) => ({
    ...span,
    from: isoOfEpochMs(span.from),
    to: isoOfEpochMs(span.to),
  });
  return {
    ...rest,
    from: isoOfEpochMs(from),
    to: isoOfEpochMs(to),
    basis: basis ?? null,
    currency: currency ?? null,
    refusal: refusal === undefined ? null : { ...refusal, at: isoOfEpochMs(refusal.at) },
    expected: expected ?? null,
    ...(scheduleKnown === undefined ? {} : { scheduleKnown: spanJson(scheduleKnown) }),
    ranges: ranges.map(({ looks, ...range }) => ({ ...spanJson(range), looks: looks ?? null })),
    days: days.map(({ day, ...counts }) => ({ day: isoOfEpochMs(day).slice(0, 10), ...counts })),
    asked: asked.map(({ at, looks, lookAgainAt, code, message, ...range }) => ({
      ...spanJson(range),
      at: isoOfEpochMs(at),
      looks: looks ?? 1,
      lookAgainAt: isoOrNull(lookAgainAt),
      code: code ?? null,
      message: message ?? null,
    })),
  };
}
