import type { Content } from '../bytes/content.ts';
import { encodingOf, inUtf8, type TextEncoding } from '../bytes/encoding.ts';
import { isNdjson, openJson, openNdjson } from './read-json.ts';
import type { Table, WantedColumns } from './table.ts';

/** Kinds of content, told by its first bytes. */
export type TableKind = 'parquet' | 'arrow' | 'json' | 'ndjson' | 'text';

const ARROW_CONTINUATION = '\xff\xff\xff\xff';
const NAMED_NDJSON = /\.(ndjson|jsonl)(\.|$)/i;

/** Whatever is none of the others is text, such as CSV. */
export function kindOf(
  { start, name }: Pick<Content, 'start' | 'name'>,
  encoding: TextEncoding | undefined,
): TableKind {
  const bytes = Buffer.from(start.subarray(0, 8)).toString('latin1');
  if (bytes.startsWith('PAR1')) return 'parquet';
  if (bytes.startsWith('ARROW1') || bytes.startsWith(ARROW_CONTINUATION)) return 'arrow';
  const text = new TextDecoder(encoding ?? encodingOf(start)).decode(start).trimStart();
  if (!text.startsWith('{') && !text.startsWith('[')) return 'text';
  return NAMED_NDJSON.test(name) || isNdjson(Buffer.from(text)) ? 'ndjson' : 'json';
}

export interface TableOptions {
  readonly kind: Exclude<TableKind, 'text'>;
  /** Of JSON; told by its first bytes where it is left out. */
  readonly encoding?: TextEncoding | undefined;
  /** All columns are read where it is left out. */
  readonly wanted?: WantedColumns | undefined;
}

/**
 * The rows of a file whose format says where they are; CSV is for whoever knows the names of columns.
 * @throws InvalidRequestError `FILE_DAMAGED`, `JSON_SHAPE_UNKNOWN`, `JSON_TOO_LARGE`
 */
export async function openTable(content: Content, { kind, encoding, wanted = all }: TableOptions): Promise<Table> {
  const text = (): AsyncIterable<Uint8Array> => inUtf8(content.pieces, encoding ?? encodingOf(content.start));
  switch (kind) {
    case 'parquet':
      return (await import('./read-parquet.ts')).openParquet(content, wanted);
    case 'arrow':
      return (await import('./read-arrow.ts')).openArrow(content.pieces, wanted);
    case 'ndjson':
      return openNdjson(text());
    case 'json':
      return openJson(text());
  }
}

const all: WantedColumns = (names) => new Set(names);
