import type { ChangeRecord } from './chunk-document.ts';
import { caseField, parseSeriesId } from '../market/index.ts';
import type { ChunkSummary } from './summary.ts';

/** What is known of a whole series; follows the change feed, and can be rebuilt from the chunks. */
export interface SeriesHead extends ChunkSummary {
  /** `NASDAQ:AAPL/1m` */
  readonly _id: string;
  readonly instrumentId: string;
  /** Its instrument's id in upper case, where that is another text. */
  readonly withoutCase?: string;
  readonly interval: string;
  /** Absent where the bars are aligned to the clock. */
  readonly align?: 'session';
  readonly providers: readonly string[];
  /** The newest change that this head has seen. */
  readonly lastSeq: number;
}

/** What a head says of its series whatever the series holds. */
export function namesOfSeries(series: string): Pick<SeriesHead, 'instrumentId' | 'withoutCase' | 'interval'> {
  const names = parseSeriesId(series);
  return { ...names, ...caseField(names.instrumentId) };
}

/** A change record as it is stored after publication: `_id` is its `seq`. */
export interface PublishedChange extends ChangeRecord {
  readonly _id: number;
}

/** What is told of it. */
export interface Change extends Omit<ChangeRecord, 'changeId'> {
  /** Its number in the change feed, from 1 without holes. */
  readonly seq: number;
}

export function changeOf({ _id: seq, changeId: _changeId, ...told }: PublishedChange): Change {
  return { seq, ...told };
}
