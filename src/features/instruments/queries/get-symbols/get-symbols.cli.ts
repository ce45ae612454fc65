import { isoOfEpochMs } from '../../../../market/index.ts';
import { grouped, tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { symbolsJson } from '../../instrument-json.ts';
import { searchSymbols, type SearchAnswer } from '../search-symbols/search-symbols.query.ts';
import { getSymbols, type SymbolsAnswer } from './get-symbols.query.ts';

interface SymbolsOptions {
  readonly query?: string;
  readonly exchange?: string;
  readonly provider?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

export function cliGetSymbols({ program, run }: Cli): void {
  program
    .command('symbols')
    .description('show instruments and their stored series')
    .option('--query <text>', 'part of an id, a name or an alias')
    .option('--exchange <exchange>', 'such as NASDAQ')
    .option('--provider <name>', 'show what this provider has for --query instead, such as binance')
    .option('--limit <number>', 'most instruments, up to 10000 (default: 1000)')
    .option('--cursor <cursor>', 'the next page: nextCursor of the page before')
    .action(({ provider, limit, ...more }: SymbolsOptions) =>
      run(async ({ bus, terminal, signal }) => {
        const options = { ...more, ...(limit === undefined ? {} : { limit: Number(limit) }) };
        if (provider === undefined) {
          const answer = await bus.ask(getSymbols(options));
          terminal.answer(symbolsJson(answer), () => symbolLines(answer));
        } else {
          const answer = await bus.ask(searchSymbols({ query: '', ...options, provider }), { signal });
          terminal.answer(symbolsJson(answer), () => foundLines(answer));
        }
      }),
    );
}

function symbolLines({ symbols, total, nextCursor }: SymbolsAnswer): string[] {
  if (symbols.length === 0)
    return [
      'No instruments yet. Try: pocketquant sample, or pocketquant import FILE --instrument EXCHANGE:SYMBOL --interval 1m',
    ];
  const day = (time: number | undefined): string => (time === undefined ? '' : isoOfEpochMs(time));
  const rows = symbols.flatMap(({ instrumentId, schedule = '', aliases = [], series }) =>
    series.length === 0
      ? [[instrumentId, '', '', '', '', '', schedule, aliases.join(', ')]]
      : series.map(({ interval, align, count, first, last, providers }) => [
          instrumentId,
          align === undefined ? interval : `${interval}@${align}`,
          grouped(count),
          day(first),
          day(last),
          providers.join(','),
          schedule,
          aliases.join(', '),
        ]),
  );
  return [
    ...tableLines([['instrument', 'interval', 'bars', 'first', 'last', 'providers', 'schedule', 'aliases'], ...rows]),
    ...(nextCursor === undefined ? [] : [`${grouped(total)} in all; the next: --cursor ${nextCursor}`]),
  ];
}

function foundLines({ symbols }: SearchAnswer): string[] {
  if (symbols.length === 0) return ['Nothing found.'];
  const rows = symbols.map(({ instrumentId, symbol, name = '', assetType = '', currency = '', priceDecimals = '' }) => [
    instrumentId,
    symbol,
    name,
    assetType,
    currency,
    priceDecimals,
  ]);
  return tableLines([['instrument', 'symbol', 'name', 'type', 'currency', 'decimals'], ...rows]);
}
