import { isoOfEpochMs } from '../../../../market/index.ts';
import { grouped, tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { symbolJson } from '../../instrument-json.ts';
import { getSymbols, type SymbolsAnswer } from './get-symbols.query.ts';

interface SymbolsOptions {
  readonly query?: string;
  readonly exchange?: string;
}

export function cliGetSymbols({ program, run }: Cli): void {
  program
    .command('symbols')
    .description('show instruments and the series stored of them')
    .option('--query <text>', 'part of an id, a name or an alias')
    .option('--exchange <exchange>', 'such as NASDAQ')
    .action((options: SymbolsOptions) =>
      run(async ({ bus, terminal }) => {
        const answer = await bus.ask(getSymbols(options));
        terminal.answer({ symbols: answer.symbols.map(symbolJson), total: answer.total }, () => symbolLines(answer));
      }),
    );
}

function symbolLines({ symbols }: SymbolsAnswer): string[] {
  if (symbols.length === 0)
    return [
      'No instruments yet. Try: pocketquant sample, or pocketquant import FILE --instrument EXCHANGE:SYMBOL --interval 1m',
    ];
  const day = (time: number | undefined): string => (time === undefined ? '' : isoOfEpochMs(time));
  const rows = symbols.flatMap(
    ({ instrumentId, schedule = '', series }) =>
    series.length === 0
      ? [[instrumentId, '', '', '', '', '', schedule]]
      : series.map(({ interval, count, first, last, providers }) => [
          instrumentId, interval, grouped(count), day(first), day(last), providers.join(','), schedule,
        ]), // prettier-ignore
  );
  return tableLines([['instrument', 'interval', 'bars', 'first', 'last', 'providers', 'schedule'], ...rows]);
}
