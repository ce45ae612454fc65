import Type from 'typebox';
import {
  parseChunkId,
  type ChangeRecord,
  type ChunkDocument,
  type ChunkHistoryDocument,
  type PublishedChange,
  type SeriesHead,
} from '../../chunk/index.ts';
import { parseSeriesId } from '../../market/index.ts';
import { documentsOf, type DocumentSchemas } from '../../platform/database/index.ts';
import type { Lease, QuarantinedBar } from './collections.ts';

const ChunkId = Type.Refine(Type.String(), isReadBy(parseChunkId), () => 'must be the id of a chunk');
const SeriesText = Type.Refine(Type.String(), isReadBy(parseSeriesId), () => 'must be a series');
const Count = Type.Integer({ minimum: 0 });
const Bytes = Type.Refine(
  Type.Unsafe<Uint8Array>({}),
  (value) => value instanceof Uint8Array,
  () => 'must be bytes',
);
const Change = Type.Object({
  changeId: Type.String(),
  series: SeriesText,
  from: Type.Number(),
  to: Type.Number(),
  inserted: Count,
  changed: Count,
  deleted: Count,
  count: Type.Integer(),
  finalCount: Type.Integer(),
  providers: Type.Array(Type.String()),
  at: Type.Number(),
});

/** The documents of {@link BarsCollections}. */
export const barsDocuments: DocumentSchemas = {
  chunks: documentsOf<ChunkDocument>()(
    Type.Object({
      _id: ChunkId,
      rev: Count,
      bars: Bytes,
      outline: Type.Optional(Type.String()),
      revisions: Type.Optional(Bytes),
      count: Count,
      finalCount: Count,
      first: Type.Optional(Type.Number()),
      last: Type.Optional(Type.Number()),
      historyTo: Type.Optional(Type.Number()),
      pending: Type.Optional(Type.Array(documentsOf<ChangeRecord>()(Change))),
      pendingSince: Type.Optional(Type.Number()),
    }),
  ),
  chunk_history: documentsOf<ChunkHistoryDocument>()(
    Type.Object({ _id: Type.String(), chunkId: ChunkId, revisions: Bytes, observedTo: Type.Number() }),
  ),
  changes: documentsOf<PublishedChange>()(Type.Intersect([Type.Object({ _id: Type.Integer({ minimum: 1 }) }), Change])),
  series: documentsOf<SeriesHead>()(
    Type.Object({
      _id: SeriesText,
      instrumentId: Type.String(),
      withoutCase: Type.Optional(Type.String()),
      interval: Type.String(),
      align: Type.Optional(Type.Literal('session')),
      first: Type.Optional(Type.Number()),
      last: Type.Optional(Type.Number()),
      count: Count,
      finalCount: Count,
      providers: Type.Array(Type.String()),
      lastSeq: Count,
    }),
  ),
  quarantine: documentsOf<QuarantinedBar>()(
    Type.Object({
      _id: Type.String(),
      series: SeriesText,
      provider: Type.String(),
      code: Type.String(),
      message: Type.String(),
      openTime: Type.Optional(Type.Number()),
      bar: Type.String(),
      rejectedAt: Type.Number(),
    }),
  ),
  leases: documentsOf<Lease>()(
    Type.Object({ _id: Type.String(), holder: Type.String(), beat: Type.Optional(Count), until: Type.Number() }),
  ),
};

function isReadBy(read: (text: string) => unknown) {
  return (text: string): boolean => {
    try {
      read(text);
      return true;
    } catch {
      return false;
    }
  };
}
