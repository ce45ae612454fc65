import { barInterval, isoOfEpochMs, PRICE_COLUMNS, type Alignment } from '../../../../market/index.ts';
import { tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { InvalidRequestError, readField } from '../../../../platform/errors/index.ts';
import { revisionJson } from '../../bars-json.ts';
import { getCorrections } from '../get-corrections/get-corrections.query.ts';
import { getRevisions } from './get-revisions.query.ts';

interface RevisionsOptions {
  readonly align: Alignment;
  readonly from?: string;
  readonly to?: string;
}

export function cliGetRevisions({ program, run }: Cli): void {
  program
    .command('revisions')
    .description('show all revisions of one bar, oldest first, or those of all corrected bars of a range')
    .argument('<instrument>', 'EXCHANGE:SYMBOL')
    .argument('<interval>', 'such as 1m, 1h, 1d')
    .argument('[openTime]', 'when the bar opens, UTC: 2016-10-07T09:30')
    .option('--from <time>', 'first openTime of a range, UTC')
    .option('--to <time>', 'its end, exclusive')
    .option('--align <clock|session>', 'which series below a day: aligned to the UTC clock, or to trading', 'clock')
    .action((instrument: string, interval: string, openTime: string | undefined, options: RevisionsOptions) =>
      run(async ({ bus, terminal }) => {
        const { align, from, to } = options;
        const series = { instrumentId: instrument, interval: readField('interval', interval, barInterval), align };
        const isOfRange = from !== undefined && to !== undefined;
        if (openTime === undefined ? !isOfRange : (from ?? to) !== undefined)
          throw new InvalidRequestError('INVALID_REQUEST', 'Name either openTime, or --from and --to');
        const { revisions, nextFrom } =
          from !== undefined && to !== undefined
            ? await bus.ask(getCorrections({ ...series, from, to }))
            : { revisions: await bus.ask(getRevisions({ ...series, openTime: openTime ?? '' })), nextFrom: undefined };
        terminal.answer(revisions.map(revisionJson), (values) =>
          tableLines([
            ['openTime', 'observedAt', 'believed until', ...PRICE_COLUMNS, 'volume', 'state', 'provider'],
            ...values.map(({ openTime: opens, observedAt, observedTo, volume, state, provider, ...bar }) => {
              const prices = PRICE_COLUMNS.map((name) => bar[name]);
              return [opens, observedAt, observedTo ?? 'now', ...prices, volume ?? '', state, provider];
            }),
          ]),
        );
        if (nextFrom !== undefined) terminal.note(`More corrected bars follow: --from ${isoOfEpochMs(nextFrom)}`);
      }),
    );
}
