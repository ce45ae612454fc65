import { barInterval, seriesInterval } from '../../../../market/index.ts';
import { countOf, tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import { refusedJson } from '../../bars-json.ts';
import { getQuarantine } from './get-quarantine.query.ts';

interface QuarantineOptions {
  readonly limit: string;
  readonly cursor?: string;
}

export function cliGetQuarantine({ program, run }: Cli): void {
  program
    .command('quarantine')
    .description('show rejected bars with the reasons, the newest first')
    .argument('[instrument]', 'EXCHANGE:SYMBOL')
    .argument('[interval]', 'such as 1m, 1h, 1d')
    .option('--limit <count>', 'maximum number', '20')
    .option('--cursor <cursor>', 'where the answer before ended')
    .action((instrument: string | undefined, interval: string | undefined, options: QuarantineOptions) =>
      run(async ({ bus, terminal }) => {
        const { bars, nextCursor = null } = await bus.ask(
          getQuarantine({
            instrumentId: instrument,
            interval: interval === undefined ? undefined : readField('interval', interval, barInterval),
            limit: readField('limit', options.limit, countOf),
            cursor: options.cursor,
          }),
        );
        terminal.answer({ bars: bars.map(refusedJson), nextCursor }, (answer) => [
          ...tableLines([
            ['rejectedAt', 'instrument', 'interval', 'provider', 'code', 'message'],
            ...answer.bars.map(({ rejectedAt, instrumentId, interval: one, align, provider, code, message }) => [
              rejectedAt,
              instrumentId,
              seriesInterval(one, align),
              provider,
              code,
              message,
            ]),
          ]),
          ...(nextCursor === null ? [] : ['', `More: --cursor ${nextCursor}`]),
        ]);
      }),
    );
}
