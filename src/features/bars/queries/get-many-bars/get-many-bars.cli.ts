import { PRICE_COLUMNS, withPartial, type BarInterval } from '../../../../market/index.ts';
import { counted, grouped, tableLines } from '../../../../platform/cli/index.ts';
import { barRows } from '../../bar-rows.ts';
import { manyEndJson, manyHeadJson, seriesJson, toldBarJson } from '../../bars-json.ts';
import { manyCompleteness, type ManyCompleteness } from '../../reading/many-completeness.ts';
import type { ManyEnd } from '../../reading/open-many.ts';
import type { BarsAnswer } from '../get-bars/get-bars.query.ts';
import type { ManyBars } from './get-many-bars.query.ts';

/** An answer of many series that was read to its end. */
export interface ReadManyBars extends ManyEnd {
  readonly answers: readonly BarsAnswer[];
  readonly completeness: ManyCompleteness;
}

export async function readMany({ answers, end }: ManyBars): Promise<ReadManyBars> {
  const tally = manyCompleteness();
  const all: BarsAnswer[] = [];
  for await (const answer of answers) {
    tally.add(answer.instrumentId, answer.completeness);
    all.push({
      ...answer,
      columns: answer.columns.isPartial === undefined ? withPartial(answer.columns) : answer.columns,
    });
  }
  return { ...end(), answers: all, completeness: tally.result(end()) };
}

/** The JSON answer of `GET /bars` of many series. */
export function manyBarsJson(interval: BarInterval, { answers, ...end }: ReadManyBars) {
  return {
    ...manyHeadJson({ interval, asOf: answers[0]?.asOf }),
    bars: answers.flatMap(({ instrumentId, columns, fields }) =>
      Array.from(columns.openTime, (_, index) => ({ instrumentId, ...toldBarJson(columns, index, fields) })),
    ),
    ...manyEndJson(
      end,
      answers.map((answer) => seriesJson(answer, answer.completeness)),
    ),
  };
}

export function manyLines(
  { answers, completeness, unknown, refused, nextCursor }: ReadManyBars,
  interval: BarInterval,
): string[] {
  const fields = answers[0]?.fields ?? [];
  const rows = answers.flatMap(({ instrumentId, columns }) =>
    barRows(columns, fields).map((row) => [instrumentId, ...row]),
  );
  const { series, completeSeries, returned, incomplete } = completeness;
  const others = series - completeSeries - incomplete.length;
  return [
    ...tableLines([['instrumentId', 'openTime', ...PRICE_COLUMNS, 'volume', 'state', '', ...fields], ...rows]),
    '',
    `${counted(returned, 'bar')} of ${grouped(series)} series at ${interval}. ${missingText(completeness)}`,
    ...(incomplete.length === 0
      ? []
      : [`Not complete: ${incomplete.join(', ')}${others > 0 ? ` and ${grouped(others)} more` : ''}.`]),
    ...(unknown.length === 0 ? [] : [`Nothing is stored for ${unknown.join(', ')}.`]),
    ...refused.map(({ instrumentId, message }) => `${instrumentId}: ${message}`),
    ...(nextCursor === undefined ? [] : ['There are more; raise --limit or move --from.']),
  ];
}

function missingText({ expected, missing, series, completeSeries }: ManyCompleteness): string {
  if (expected === undefined) return `${grouped(completeSeries)} are complete; of some no schedule is known.`;
  if (completeSeries === series) return `Complete: all ${grouped(expected)} expected.`;
  const reasons = Object.entries(missing).map(([reason, bars]) => `${grouped(bars)} ${reason}`);
  return `Expected ${grouped(expected)}; missing: ${reasons.join(', ') || 'none'}.`;
}
