import { BAR_STATES, isoOfEpochMs } from '../../../../market/index.ts';
import { countOf, grouped, tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import { barsAnswerJson } from '../../bars-json.ts';
import { questionOf } from '../../question.ts';
import type { Completeness } from '../../reading/completeness.ts';
import { getBars, type BarsAnswer } from './get-bars.query.ts';

interface BarsOptions {
  readonly from?: string;
  readonly to?: string;
  readonly limit: string;
  readonly order: 'asc' | 'desc';
  readonly asOf?: string;
  readonly minState?: 'provisional' | 'final';
  readonly align?: 'clock' | 'session';
}

export function cliGetBars({ program, run }: Cli): void {
  program
    .command('bars')
    .description('show bars of a series, with what is missing')
    .argument('<instrument>', 'EXCHANGE:SYMBOL, such as COINBASE:BTCUSD')
    .argument('<interval>', 'such as 1m, 1h, 1d')
    .option('--from <time>', 'first moment, UTC: 2016-10-07 or 2016-10-07T09:30')
    .option('--to <time>', 'end (exclusive)')
    .option('--limit <count>', 'at most so many bars', '20')
    .option('--order <asc|desc>', 'oldest or newest first', 'asc')
    .option('--as-of <time>', 'what was known at this moment')
    .option('--min-state <state>', 'provisional or final')
    .option('--align <clock|session>', 'bars begin on the UTC clock (default) or with trading')
    .action((instrument: string, interval: string, options: BarsOptions) =>
      run(async ({ bus, terminal }) => {
        const { limit, ...asked } = options;
        const question = questionOf({ instrumentId: instrument, interval, ...asked });
        const answer = await bus.ask(getBars({ ...question, limit: readField('limit', limit, countOf) }));
        terminal.answer(barsAnswerJson(answer), () => answerLines(answer));
      }),
    );
}

function answerLines(answer: BarsAnswer): string[] {
  const { columns, completeness, instrumentId, interval, storedInterval } = answer;
  const rows = Array.from(columns.openTime, (openTime, i) => [
    isoOfEpochMs(openTime),
    columns.open[i],
    columns.high[i],
    columns.low[i],
    columns.close[i],
    Number.isNaN(columns.volume[i]) ? '' : columns.volume[i],
    BAR_STATES[columns.state[i]],
  ]);
  const derived = storedInterval === undefined || storedInterval === interval ? '' : `, derived from ${storedInterval}`;
  return [
    ...tableLines([['openTime', 'open', 'high', 'low', 'close', 'volume', 'state'], ...rows]),
    '',
    `${instrumentId} ${interval}${derived}: ${grouped(completeness.returned)} bars. ${completenessText(completeness)}`,
    ...(answer.nextCursor === undefined ? [] : ['There are more; raise --limit or move --from.']),
  ];
}

function completenessText({ expected, missing, complete }: Completeness): string {
  if (expected === undefined) return 'No schedule is known, so nothing can be said of what is missing.';
  if (complete) return `Complete: all ${grouped(expected)} expected.`;
  const reasons = Object.entries(Object.groupBy(missing, ({ reason }) => reason)).map(
    ([reason, ranges]) => `${grouped(ranges.reduce((sum, { bars }) => sum + bars, 0))} ${reason}`,
  );
  return `Expected ${grouped(expected)}; missing: ${reasons.join(', ') || 'none'}.`;
}
