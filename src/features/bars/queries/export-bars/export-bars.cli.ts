import { barInterval } from '../../../../market/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import { bytesText, counted, INCOMPLETE, type Cli } from '../../../../platform/cli/index.ts';
import { completenessJson } from '../../bars-json.ts';
import { FIELDS_DESCRIPTION } from '../../fields.ts';
import { compressed, compressionOfName, type BarFormat } from '../../../../barfiles/index.ts';
import { exportBars } from './export-bars.query.ts';
import { writeWhole } from './write-whole.ts';

interface ExportOptions {
  readonly instrument: string;
  readonly interval: string;
  readonly format: BarFormat;
  readonly output: string;
  readonly from?: string;
  readonly to?: string;
  readonly asOf?: string;
  readonly minState?: 'provisional' | 'final';
  readonly align?: 'clock' | 'session';
  readonly fields?: string;
}

export function cliExportBars({ program, run }: Cli): void {
  program
    .command('export')
    .description('export bars to a file or to standard output')
    .requiredOption('--instrument <instrument>', 'EXCHANGE:SYMBOL')
    .requiredOption('--interval <interval>', 'such as 1m, 1h, 1d')
    .option('--format <format>', 'csv, ndjson, json, columns, arrow, feather or parquet', 'csv')
    .option('--output <file>', 'the file, or - for standard output; .gz and .zst are compressed', '-')
    .option('--from <time>', 'first moment, UTC')
    .option('--to <time>', 'end (exclusive)')
    .option('--as-of <time>', 'answer with what was known at this moment')
    .option('--min-state <state>', 'provisional or final')
    .option('--align <clock|session>', 'align bars to the UTC clock or to trading (default: trading days from 1d up)')
    .option('--fields <names>', FIELDS_DESCRIPTION)
    .action(({ instrument, interval, output, ...asked }: ExportOptions) =>
      run(async ({ bus, terminal, signal }) => {
        const series = { instrumentId: instrument, interval: readField('interval', interval, barInterval) };
        const exported = await bus.ask(exportBars({ ...series, ...asked }));
        const progress = terminal.progress(`Exporting ${instrument} ${interval}`);
        let written = 0;
        async function* reported(): AsyncGenerator<Uint8Array> {
          for await (const piece of compressed(exported.bytes, compressionOfName(output))) {
            written += piece.length;
            progress.report(written, undefined, () => bytesText(written));
            yield piece;
          }
        }
        if (output === '-') for await (const piece of reported()) await terminal.write(piece);
        else if (!(await writeWhole(output, reported(), signal))) {
          progress.finish('Stopped; nothing was written.');
          return INCOMPLETE;
        }
        const { completeness } = exported.end();
        progress.finish(`${counted(completeness.returned, 'bar')}, ${bytesText(written)}`);
        if (output !== '-')
          terminal.answer({ file: output, bytes: written, completeness: completenessJson(completeness) }, () => []);
      }),
    );
}
