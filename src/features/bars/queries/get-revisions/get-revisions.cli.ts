import { barInterval, PRICE_COLUMNS, type Alignment } from '../../../../market/index.ts';
import { tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import { revisionJson } from '../../bars-json.ts';
import { getRevisions } from './get-revisions.query.ts';

export function cliGetRevisions({ program, run }: Cli): void {
  program
    .command('revisions')
    .description('show all revisions of one bar, oldest first')
    .argument('<instrument>', 'EXCHANGE:SYMBOL')
    .argument('<interval>', 'such as 1m, 1h, 1d')
    .argument('<openTime>', 'when the bar opens, UTC: 2016-10-07T09:30')
    .option('--align <clock|session>', 'which series below a day: aligned to the UTC clock, or to trading', 'clock')
    .action((instrument: string, interval: string, openTime: string, { align }: { readonly align: Alignment }) =>
      run(async ({ bus, terminal }) => {
        const revisions = await bus.ask(
          getRevisions({
            instrumentId: instrument,
            interval: readField('interval', interval, barInterval),
            align,
            openTime,
          }),
        );
        terminal.answer(revisions.map(revisionJson), (values) =>
          tableLines([
            ['observedAt', 'believed until', ...PRICE_COLUMNS, 'volume', 'state', 'provider'],
            ...values.map(({ observedAt, observedTo, volume, state, provider, ...bar }) => {
              const prices = PRICE_COLUMNS.map((name) => bar[name]);
              return [observedAt, observedTo ?? 'now', ...prices, volume ?? '', state, provider];
            }),
          ]),
        );
      }),
    );
}
