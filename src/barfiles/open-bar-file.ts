import { InvalidRequestError } from '../platform/errors/index.ts';
import { isStream, openContent, type ByteSource, type Content } from './bytes/content.ts';
import { encodingNamed, encodingOf, type TextEncoding } from './bytes/encoding.ts';
import { requireSoundPacking } from './bytes/sound-packing.ts';
import { spool } from './bytes/spooled.ts';
import { textLines } from './bytes/text-lines.ts';
import { isHeader } from './columns/find-columns.ts';
import { namesOfOption } from './columns/columns-option.ts';
import { readingOf, type Reading } from './reading/reading.ts';
import type { ReadingContext, ReadingOptions } from './reading/reading-options.ts';
import { readRows } from './reading/read-rows.ts';
import type { SeriesBatch } from './reading/series-batches.ts';
import { survey } from './reading/survey.ts';
import { openCsvTable } from './tables/csv-table.ts';
import { melted } from './tables/melt.ts';
import { kindOf, openTable } from './tables/open-table.ts';
import type { Table } from './tables/table.ts';

/** Formats that bars are read from. */
export const BAR_FILE_FORMATS = ['csv', 'json', 'ndjson', 'parquet', 'arrow'] as const;
export type BarFileFormat = (typeof BAR_FILE_FORMATS)[number];

/** A path, bytes such as standard input, or a file of a zip that is open. */
export type BarFileSource = ByteSource;

export interface BarFileOptions extends ReadingOptions {
  /** Where the content does not tell. */
  readonly format?: BarFileFormat | undefined;
  /** Of text, by any name that browsers know: `utf-8`, `windows-1252`, `gbk`. Left out, its bytes tell. */
  readonly encoding?: string | undefined;
  /** The file to read of a zip of several. */
  readonly member?: string | undefined;
  /** Reads no more rows than so many. */
  readonly mostRows?: number | undefined;
}

export interface BarFile {
  readonly reading: Reading;
  /** Whether its rows are of several series. Batches of one series share their memory, and are good until the next one. */
  readonly isOfMany: boolean;
  /** @throws InvalidRequestError `FILE_DAMAGED`, `FILE_LINE_TOO_LONG` after the batches that were good */
  readonly batches: AsyncIterable<SeriesBatch>;
  bytesRead(): number;
  readonly bytesTotal: number | undefined;
  close(): Promise<void>;
}

/**
 * Opens a file of bars and decides how all of it is read. A long file is read twice from its beginning: first to survey
 * it; so a stream is put into a file that is gone afterwards. If it is packed it is unpacked once more, before anything of
 * it is believed.
 * @throws InvalidRequestError `FILE_UNREADABLE`, `UNKNOWN_FORMAT`, and where it can be read in two ways, with the option
 *   that decides
 */
export async function openBarFile(
  source: BarFileSource,
  options: BarFileOptions,
  context: ReadingContext,
): Promise<BarFile> {
  const spooled = isStream(source) ? await spool(source) : undefined;
  const stored = spooled?.path ?? source;
  try {
    const { plan, small } = await withContent(stored, options, async (content) => {
      const table = await tableOf(content, options);
      const { plan, batches } = await survey(table, options, context);
      return { plan, small: batches && { table: { ...table, batches: eachOf(batches) }, bytes: content.bytesRead() } };
    });
    if (small !== undefined) {
      await spooled?.remove();
      return {
        reading: readingOf(small.table, plan),
        isOfMany: plan.symbols.isMany,
        batches: readRows(small.table, plan, options),
        bytesRead: () => small.bytes,
        bytesTotal: small.bytes,
        close: () => Promise.resolve(),
      };
    }
    if (options.mostRows === undefined) await withContent(stored, options, requireSoundPacking);
    const content = await openContent(stored, options.member);
    const table = await tableOf(content, options);
    return {
      reading: readingOf(table, plan),
      isOfMany: plan.symbols.isMany,
      batches: readRows(table, plan, options),
      bytesRead: () => content.bytesRead(),
      bytesTotal: content.bytesTotal,
      close: async () => {
        await content.close();
        await spooled?.remove();
      },
    };
  } catch (error) {
    await spooled?.remove();
    throw error;
  }
}

async function* eachOf<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  yield* values;
}

async function withContent<Result>(
  source: BarFileSource,
  { member }: BarFileOptions,
  use: (content: Content) => Promise<Result>,
): Promise<Result> {
  const content = await openContent(source, member);
  try {
    return await use(content);
  } finally {
    await content.close();
  }
}

async function tableOf(content: Content, { format, encoding: label, columns }: BarFileOptions): Promise<Table> {
  const encoding = label === undefined ? undefined : encodingNamed(label);
  const kind = format === 'csv' ? 'text' : (format ?? kindOf(content, encoding));
  if (kind !== 'text') return openTable(content, { kind, encoding });
  const found = encoding ?? encodingOf(content.start);
  const named = columns === undefined ? [] : namesOfOption(columns);
  const table = await openCsvTable(
    textLines(content.pieces, found),
    (cells) =>
      isHeader(cells) || (named.length > 0 && named.every((name) => cells.some((cell) => cell.trim() === name))),
  );
  if (table.names === undefined && isBinary(content.start, found))
    throw new InvalidRequestError('UNKNOWN_FORMAT', 'The content is no text and no format that is known');
  const shown = [table.shown, ...(found === 'UTF-8' ? [] : [found]), ...content.packing].join(', ');
  return table.symbolOf === undefined ? { ...table, shown } : melted({ ...table, shown }, table.symbolOf);
}

/** Control characters that no text has. */
function isBinary(start: Uint8Array, encoding: TextEncoding): boolean {
  return encoding === 'UTF-8' && start.some((byte) => byte < 9 || (byte > 13 && byte < 32));
}
