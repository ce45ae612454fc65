import Type from 'typebox';
import { BAR_FORMAT_NAMES, concatLong, writeBars, type LongColumns } from '../../../../barfiles/index.ts';
import { withPartial } from '../../../../market/index.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { manyHeadJson, manyEndJson, seriesJson, type SeriesJson } from '../../bars-json.ts';
import type { BarsCollections } from '../../collections.ts';
import { BARS_PER_BATCH } from '../../reading/open-answer.ts';
import type { ManyEnd, OpenMany } from '../../reading/open-many.ts';
import { manyCompleteness, type ManyCompleteness } from '../../reading/many-completeness.ts';
import { ManyBarsQuestionSchema, openChosen, type GetManyBarsPort } from '../get-many-bars/get-many-bars.query.ts';

export interface ExportedManyBars {
  /** The file, to be read once; of bars, memory holds a part at a time. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What there is to say about the bars, when the last byte was read. */
  end(): ManyEnd & { readonly completeness: ManyCompleteness };
}

/** Bars of one answer in JSON unless the question says otherwise; other formats have all. */
const DEFAULT_LIMIT = 1_000;
/** Series with few bars share a batch. */
const GATHERED_BARS = 8_192;
/** Of each series; the last spans the rest. */
const LISTED_RANGES = 20;

/**
 * The bars of `getManyBars` as the bytes of a file, in long form: each says which instrument it is of, and whether a part of
 * it is missing.
 * @throws as `getManyBars`
 */
export const exportManyBars = defineQuery<ExportedManyBars>()(
  'bars.export-many-bars',
  Type.Object({ ...ManyBarsQuestionSchema.properties, format: Type.Enum(BAR_FORMAT_NAMES) }),
);

export function answerExportManyBars(
  collections: BarsCollections,
  port: GetManyBarsPort,
): HandlerOf<typeof exportManyBars> {
  return async ({ format, ...asked }, { now }) => {
    const isPage = format === 'json' || format === 'columns';
    const question = isPage ? { limit: DEFAULT_LIMIT, ...asked } : asked;
    const { instrumentIds, open } = await openChosen(collections, port, question, now, LISTED_RANGES);
    const tally = manyCompleteness();
    const series: SeriesJson[] = [];
    const end = () => ({ ...open.end(), completeness: tally.result(open.end()) });
    const bytes = writeBars(format, longBatches(open, instrumentIds, tally, series), {
      // Whichever series has derived bars, all files have the same columns.
      marksPartial: true,
      fields: question.fields ?? [],
      instruments: instrumentIds,
      head: manyHeadJson(question),
      end: () => manyEndJson(end(), series),
    });
    return { bytes, end };
  };
}

async function* longBatches(
  { answers }: OpenMany,
  instrumentIds: readonly string[],
  tally: ReturnType<typeof manyCompleteness>,
  series: SeriesJson[],
): AsyncGenerator<LongColumns> {
  const codes = new Map(instrumentIds.map((id, code) => [id, code]));
  let gathered: LongColumns[] = [];
  let count = 0;
  for await (const { head, batches, end } of answers()) {
    const code = codes.get(head.instrumentId) ?? 0;
    for await (const columns of batches(BARS_PER_BATCH)) {
      const instrument = new Uint16Array(columns.openTime.length).fill(code);
      gathered.push({ ...(columns.isPartial === undefined ? withPartial(columns) : columns), instrument });
      count += columns.openTime.length;
      if (count < GATHERED_BARS) continue;
      yield concatLong(gathered);
      gathered = [];
      count = 0;
    }
    const { completeness } = end();
    tally.add(head.instrumentId, completeness);
    series.push(seriesJson(head, completeness));
  }
  if (count > 0) yield concatLong(gathered);
}
