import { barInterval, isoOfEpochMs, PRICE_COLUMNS, type Alignment } from '../../../../market/index.ts';
import { tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { InvalidRequestError, readField } from '../../../../platform/errors/index.ts';
import { numberFields, revisionJson } from '../../bars-json.ts';
import { barFields, FIELDS_DESCRIPTION } from '../../fields.ts';
import { getCorrections } from '../get-corrections/get-corrections.query.ts';
import { getRevisions } from './get-revisions.query.ts';

interface RevisionsOptions {
  readonly align: Alignment;
  readonly from?: string;
  readonly to?: string;
  readonly fields?: string;
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
    .option('--fields <names>', FIELDS_DESCRIPTION)
    .action((instrument: string, interval: string, openTime: string | undefined, options: RevisionsOptions) =>
      run(async ({ bus, terminal }) => {
        const { align, from, to } = options;
        const fields = options.fields === undefined ? [] : readField('fields', options.fields, barFields);
        const others = numberFields(fields);
        const series = { instrumentId: instrument, interval: readField('interval', interval, barInterval), align };
        const isOfRange = from !== undefined && to !== undefined;
        if (openTime === undefined ? !isOfRange : (from ?? to) !== undefined)
          throw new InvalidRequestError('INVALID_REQUEST', 'Name either openTime, or --from and --to');
        const { revisions, nextFrom } =
          from !== undefined && to !== undefined
            ? await bus.ask(getCorrections({ ...series, from, to }))
            : { revisions: await bus.ask(getRevisions({ ...series, openTime: openTime ?? '' })), nextFrom: undefined };
        terminal.answer(
          revisions.map((revision) => revisionJson(revision, fields)),
          (values) =>
            tableLines([
              ['openTime', 'observedAt', 'believed until', ...PRICE_COLUMNS, 'volume', 'state', 'provider', ...others],
              ...values.map(({ openTime: opens, observedAt, observedTo, volume, state, provider, ...bar }) => {
                const prices = PRICE_COLUMNS.map((name) => bar[name]);
                const told = others.map((field) => bar[field] ?? '');
                return [opens, observedAt, observedTo ?? 'now', ...prices, volume ?? '', state, provider, ...told];
              }),
            ]),
        );
        if (nextFrom !== undefined) terminal.note(`More corrected bars follow: --from ${isoOfEpochMs(nextFrom)}`);
      }),
    );
}
