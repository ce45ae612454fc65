import {
  BAR_STATES,
  barInterval,
  isoOfEpochMs,
  providerAt,
  PRICE_COLUMNS,
  scheduleKnownText,
  seriesInterval,
  type BarColumns,
  type BarField,
} from '../../../../market/index.ts';
import { counted, countOf, grouped, tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import { barsAnswerJson } from '../../bars-json.ts';
import { FIELDS_DESCRIPTION } from '../../fields.ts';
import type { Completeness, PartCounts } from '../../reading/completeness.ts';
import { getBars, type BarsAnswer } from './get-bars.query.ts';

interface BarsOptions {
  readonly from?: string;
  readonly to?: string;
  readonly limit: string;
  readonly order: 'asc' | 'desc';
  readonly asOf?: string;
  readonly minState?: 'provisional' | 'final';
  readonly align?: 'clock' | 'session';
  readonly include?: 'current';
  readonly fields?: string;
}

export function cliGetBars({ program, run }: Cli): void {
  program
    .command('bars')
    .description('show bars of a series and what is missing')
    .argument('<instrument>', 'EXCHANGE:SYMBOL, such as COINBASE:BTCUSD')
    .argument('<interval>', 'such as 1m, 1h, 1d')
    .option('--from <time>', 'first moment, UTC: 2016-10-07 or 2016-10-07T09:30')
    .option('--to <time>', 'end (exclusive)')
    .option('--limit <count>', 'maximum number of bars', '20')
    .option('--order <asc|desc>', 'oldest or newest first', 'asc')
    .option('--as-of <time>', 'answer with what was known at this moment')
    .option('--min-state <state>', 'provisional or final')
    .option('--align <clock|session>', 'align bars to the UTC clock or to trading (default: trading days from 1d up)')
    .option('--include <current>', 'also the bar of the running interval')
    .option('--fields <names>', FIELDS_DESCRIPTION)
    .action((instrument: string, interval: string, options: BarsOptions) =>
      run(async ({ bus, terminal }) => {
        const series = { instrumentId: instrument, interval: readField('interval', interval, barInterval) };
        const limit = readField('limit', options.limit, countOf);
        const answer = await bus.ask(getBars({ ...series, ...options, limit }));
        terminal.answer(barsAnswerJson(answer), () => answerLines(answer));
      }),
    );
}

function answerLines(answer: BarsAnswer): string[] {
  const { columns, fields, completeness, instrumentId, interval, storedInterval, storedIntervals } = answer;
  const rows = Array.from(columns.openTime, (openTime, i) => [
    isoOfEpochMs(openTime),
    ...PRICE_COLUMNS.map((name) => columns[name][i]),
    Number.isNaN(columns.volume[i]) ? '' : columns.volume[i],
    BAR_STATES[columns.state[i]],
    ...(columns.isPartial === undefined ? [] : [columns.isPartial[i] === 1 ? 'partial' : '']),
    ...fields.map((field) => cellOf(columns, i, field)),
  ]);
  const header = ['openTime', ...PRICE_COLUMNS, 'volume', 'state', ...(columns.isPartial === undefined ? [] : [''])];
  const isDerived = storedInterval !== undefined && storedInterval !== seriesInterval(interval, answer.align);
  const derived = isDerived ? `, derived from ${storedInterval}` : '';
  return [
    ...tableLines([[...header, ...fields], ...rows]),
    '',
    `${instrumentId} ${interval}${derived}: ${counted(completeness.returned, 'bar')}. ${completenessText(completeness)}`,
    ...(completeness.scheduleKnown === undefined ? [] : [scheduleKnownText(completeness.scheduleKnown)]),
    ...(completeness.parts === undefined || completeness.complete ? [] : [partsText(completeness.parts)]),
    ...(storedIntervals === undefined || storedIntervals.length === 0
      ? []
      : [`No ${interval} bars can be made of what is stored: ${storedIntervals.join(', ')}.`]),
    ...(answer.nextCursor === undefined ? [] : ['There are more; raise --limit or move --from.']),
  ];
}

function cellOf(columns: BarColumns, index: number, field: BarField): number | string {
  if (field === 'provider') return providerAt(columns, index) ?? '';
  const value = columns[field]?.[index] ?? NaN;
  if (Number.isNaN(value)) return '';
  return field === 'observedAt' ? isoOfEpochMs(value) : value;
}

function completenessText({ expected, extra, partial = 0, missing, complete }: Completeness): string {
  if (expected === undefined) return 'No schedule is known, so nothing can be said of what is missing.';
  const besides = [
    ...(extra === 0 ? [] : [`${grouped(extra)} extra, outside of the expected sessions or the listing`]),
    ...(partial === 0 ? [] : [`${grouped(partial)} partial`]),
  ];
  const noted = besides.length === 0 ? '' : ` (${besides.join('; ')})`;
  if (complete) return `Complete: all ${grouped(expected)} expected${noted}.`;
  const absent = missing.filter(({ bars }) => bars > 0);
  const reasons = Object.entries(Object.groupBy(absent, ({ reason }) => reason)).map(
    ([reason, ranges]) => `${grouped(ranges.reduce((sum, { bars }) => sum + bars, 0))} ${reason}`,
  );
  return `Expected ${grouped(expected)}; missing: ${reasons.join(', ') || 'none'}${noted}.`;
}

function partsText({ interval, expected, held, extra, missing }: PartCounts): string {
  const outside = extra === 0 ? '' : `, ${grouped(extra)} of them outside of the sessions`;
  return `Made of ${grouped(held)} ${interval} bars${outside}; of ${grouped(expected)} expected ones ${grouped(missing)} are not there.`;
}
