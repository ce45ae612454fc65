import {
  barInterval,
  isoOfEpochMs,
  scheduleKnownText,
  seriesInterval,
  type Alignment,
} from '../../../../market/index.ts';
import { counted, grouped, INCOMPLETE, tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import type { CoverageDay } from '../../coverage-days.ts';
import { coverageJson } from '../../coverage-json.ts';
import { getCoverage, type CoverageAnswer } from './get-coverage.query.ts';

interface CoverageOptions {
  readonly from?: string;
  readonly to?: string;
  readonly align?: Alignment;
}

export function cliGetCoverage({ program, run }: Cli): void {
  program
    .command('coverage')
    .description('show stored bars by day, and what is missing and why')
    .argument('<instrument>', 'EXCHANGE:SYMBOL, such as NASDAQ:AAPL')
    .argument('<interval>', 'such as 1m, 1h, 1d')
    .option('--from <time>', 'first moment, UTC (default: the first stored bar)')
    .option('--to <time>', 'end (exclusive; default: now)')
    .option('--align <clock|session>', 'bars below a day: aligned to the UTC clock (default), or to trading')
    .action((instrumentId: string, interval: string, options: CoverageOptions) =>
      run(async ({ bus, terminal }) => {
        const question = { instrumentId, interval: readField('interval', interval, barInterval), ...options };
        const answer = await bus.ask(getCoverage(question));
        terminal.answer(coverageJson(answer), () => coverageLines(answer));
        return answer.complete ? 0 : INCOMPLETE;
      }),
    );
}

const MOST_LISTED = 20;

function coverageLines(answer: CoverageAnswer): string[] {
  const { instrumentId, interval, from, to, refusal, expected, held, extra, partial = 0, ranges, days } = answer;
  const title = `${instrumentId} ${seriesInterval(interval, answer.align)}, ${isoOfEpochMs(from)} to ${isoOfEpochMs(to)}`;
  const refused =
    refusal === undefined
      ? []
      : [`Since ${isoOfEpochMs(refusal.at)} nothing is synced: ${refusal.message} (${refusal.code})`, ''];
  const incomplete = partial === 0 ? '' : `, ${grouped(partial)} of them partial`;
  const outside = extra === 0 ? '' : `, ${grouped(extra)} of them outside of the sessions that are expected`;
  if (expected === undefined)
    return [
      ...refused,
      `${title}: ${counted(held, 'bar')}. Its trading hours are unknown; set a schedule with "pocketquant register".`,
    ];
  const missing = ranges.filter(({ status }) => status !== 'held');
  const listed = missing
    .slice(0, MOST_LISTED)
    .map((range) => [range.status, isoOfEpochMs(range.from), isoOfEpochMs(range.to), range.bars, range.looks ?? '']);
  return [
    title,
    '',
    ...refused,
    ...heatMap(days),
    '',
    `${counted(held, 'bar')} held${outside}${incomplete}; ${counted(expected, 'bar')} expected.`,
    ...(answer.scheduleKnown === undefined ? [] : [scheduleKnownText(answer.scheduleKnown)]),
    ...(listed.length === 0 ? [] : ['', ...tableLines([['missing', 'from', 'to', 'bars', 'answers'], ...listed])]),
    ...(missing.length > MOST_LISTED
      ? [`… and ${counted(missing.length - MOST_LISTED, 'more range')}; --json lists all`]
      : []),
  ];
}

/** A line a month, a sign a day. */
function heatMap(days: readonly CoverageDay[]): string[] {
  const months = new Map<string, string[]>();
  for (const day of days) {
    const text = isoOfEpochMs(day.day);
    const cells = months.get(text.slice(0, 7)) ?? Array.from({ length: 31 }, () => ' ');
    cells[Number(text.slice(8, 10)) - 1] = signOf(day);
    months.set(text.slice(0, 7), cells);
  }
  const ruler = Array.from({ length: 31 }, (_, i) => (i === 0 || (i + 1) % 5 === 0 ? '|' : ' ')).join('');
  const lines = [...months].map(([month, cells]) => `${month}  ${cells.join('')}`.trimEnd());
  return [
    `         ${ruler}`,
    ...lines,
    '',
    '█ whole  ▓ most  ░ some  · nothing held  ○ nothing traded  ! provider failed  ~ not over yet',
  ];
}

function signOf({ expected, bars }: CoverageDay): string {
  const count = (status: string): number => bars[status] ?? 0;
  const known = count('held') + count('noTrades');
  if (known === expected) return count('held') === 0 ? '○' : '█';
  if (count('providerError') > 0) return '!';
  if (count('notYet') + known === expected) return '~';
  if (known === 0) return '·';
  return known * 2 >= expected ? '▓' : '░';
}
