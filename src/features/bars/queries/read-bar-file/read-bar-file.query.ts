import Type from 'typebox';
import {
  openBarFile,
  type BarFileSource,
  type ReadFault,
  type Reading,
  type ReadingContext,
} from '../../../../barfiles/index.ts';
import { barsOf, type Bar } from '../../../../market/index.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { FileReadingFields } from '../../file-reading.ts';

/** What an import would make of a file. */
export interface BarFilePreview {
  readonly reading: Reading;
  /** First bars as they would be stored, by series. */
  readonly series: readonly { readonly instrumentId: string; readonly bars: readonly Bar[] }[];
  /** Rows among them that would be rejected. */
  readonly faults: readonly ReadFault[];
}

const FIRST_ROWS = 10;

/**
 * Says how a file would be read, with its first rows as understood. Nothing is stored.
 * @throws InvalidRequestError as an import does
 */
export const readBarFile = defineQuery<BarFilePreview>()(
  'bars.read-bar-file',
  Type.Object({
    ...FileReadingFields,
    source: Type.Unsafe<BarFileSource>({}),
    rows: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
  }),
);

export function answerReadBarFile(hoursOf: ReadingContext['hoursOf']): HandlerOf<typeof readBarFile> {
  return async ({ source, rows = FIRST_ROWS, ...options }, { now, signal }) => {
    const file = await openBarFile(
      source,
      { ...options, defaultState: 'final', mostRows: rows },
      { now, hoursOf, signal },
    );
    try {
      const series: { readonly instrumentId: string; readonly bars: readonly Bar[] }[] = [];
      const faults: ReadFault[] = [];
      for await (const batch of file.batches) {
        if (batch.columns.openTime.length > 0)
          series.push({ instrumentId: batch.instrumentId, bars: barsOf(batch.columns) });
        faults.push(...batch.faults);
      }
      return { reading: file.reading, series, faults };
    } finally {
      await file.close();
    }
  };
}
