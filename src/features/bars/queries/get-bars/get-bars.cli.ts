import { barInterval, PRICE_COLUMNS, scheduleKnownText, seriesInterval } from '../../../../market/index.ts';
import { counted, countOf, grouped, tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { InvalidRequestError, readField } from '../../../../platform/errors/index.ts';
import { barsAnswerJson } from '../../bars-json.ts';
import { barRows } from '../../bar-rows.ts';
import { FIELDS_DESCRIPTION } from '../../fields.ts';
import type { Completeness, PartCounts } from '../../reading/completeness.ts';
import { manyBarsJson, manyLines, readMany } from '../get-many-bars/get-many-bars.cli.ts';
import { getManyBars } from '../get-many-bars/get-many-bars.query.ts';
import { getBars, type BarsAnswer } from './get-bars.query.ts';

interface BarsOptions {
  readonly exchange?: string;
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
    .description('show bars of one series or many, and what is missing')
    .argument('<words...>', "EXCHANGE:SYMBOL, several, or a pattern such as 'NASDAQ:A*'; then the interval: 1m, 1h, 1d")
    .option('--exchange <exchange>', 'all instruments of an exchange, instead of naming them')
    .option('--from <time>', 'first moment, UTC: 2016-10-07 or 2016-10-07T09:30')
    .option('--to <time>', 'end (exclusive)')
    .option('--limit <count>', 'maximum number of bars', '20')
    .option('--order <asc|desc>', 'oldest or newest first', 'asc')
    .option('--as-of <time>', 'answer with what was known at this moment')
    .option('--min-state <state>', 'provisional or final')
    .option('--align <clock|session>', 'align bars to the UTC clock or to trading (default: trading days from 1d up)')
    .option('--include <current>', 'also the bar of the running interval')
    .option('--fields <names>', FIELDS_DESCRIPTION)
    .action((words: readonly string[], { exchange, ...options }: BarsOptions) =>
      run(async ({ bus, terminal }) => {
        const instruments = words.slice(0, -1);
        const interval = readField('interval', words[words.length - 1], barInterval);
        const question = { ...options, interval, limit: readField('limit', options.limit, countOf) };
        const choice = choiceOf(instruments, exchange);
        if ('instrumentId' in choice) {
          const answer = await bus.ask(getBars({ ...question, ...choice }));
          terminal.answer(barsAnswerJson(answer), () => answerLines(answer));
        } else {
          const answer = await readMany(await bus.ask(getManyBars({ ...question, ...choice })));
          terminal.answer(manyBarsJson(interval, answer), () => manyLines(answer, interval));
        }
      }),
    );
}

type CliChoice = { readonly instrumentId: string } | { ids: string[] } | { glob: string } | { exchange: string };

/** @throws InvalidRequestError `INVALID_REQUEST` */
function choiceOf(named: readonly string[], exchange: string | undefined): CliChoice {
  if ((named.length === 0) === (exchange === undefined))
    throw new InvalidRequestError('INVALID_REQUEST', 'Name either instruments or --exchange, then the interval');
  if (exchange !== undefined) return { exchange };
  const isPattern = named.some((word) => /[*?]/.test(word));
  if (isPattern && named.length === 1) return { glob: named[0] };
  if (isPattern)
    throw new InvalidRequestError('INVALID_REQUEST', 'Name either one pattern or instruments, then the interval');
  return named.length === 1 ? { instrumentId: named[0] } : { ids: [...named] };
}

function answerLines(answer: BarsAnswer): string[] {
  const { columns, fields, completeness, instrumentId, interval, storedInterval, storedIntervals } = answer;
  const rows = barRows(columns, fields);
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
