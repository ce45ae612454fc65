import {
  differences,
  parseChunkId,
  totalOf,
  type ChunkDocument,
  type ChunkSummary,
  type SeriesHead,
} from '../../../chunk/index.ts';

const NOTHING: ChunkSummary = { count: 0, finalCount: 0 };

/** What the chunks of each series add up to. */
export class SeriesTotals {
  private readonly totals = new Map<string, ChunkSummary>();

  get size(): number {
    return this.totals.size;
  }

  add(chunk: ChunkSummary & Pick<ChunkDocument, '_id'>): void {
    const { series } = parseChunkId(chunk._id);
    this.totals.set(series, totalOf([this.totals.get(series) ?? NOTHING, chunk]));
  }

  /** Series that have no head, or one that says something else. */
  wrongHeads(heads: readonly SeriesHead[]): WrongHead[] {
    const headOf = new Map(heads.map((head) => [head._id, head]));
    return [...new Set([...headOf.keys(), ...this.totals.keys()])].flatMap((series): WrongHead[] => {
      const head = headOf.get(series);
      const total = this.totals.get(series) ?? NOTHING;
      const message =
        head === undefined ? 'The series has chunks but no head' : differences(head, total, 'the chunks say');
      return message === '' ? [] : [{ series, head, total, message }];
    });
  }
}

export interface WrongHead {
  readonly series: string;
  readonly head: SeriesHead | undefined;
  readonly total: ChunkSummary;
  readonly message: string;
}
