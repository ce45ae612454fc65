import Type from 'typebox';
import { BAR_INTERVALS } from '../../market/index.ts';
import { documentsOf, type DocumentSchemas } from '../../platform/database/index.ts';
import { jobFields } from '../../platform/scheduler/index.ts';
import type { ImportProgress, ImportTask, StoredJobDocument, TrackedSeries } from './collections.ts';
import type { SyncTask } from './port.ts';
import type { SyncProgress } from './syncing/sync-progress.ts';

const Count = Type.Integer({ minimum: 0 });
const Span = { from: Type.Number(), to: Type.Number() };
const Series = {
  instrumentId: Type.String(),
  interval: Type.Enum(BAR_INTERVALS),
  align: Type.Optional(Type.Literal('session')),
  provider: Type.String(),
};
const Request = Type.Object({
  ...Series,
  from: Type.Number(),
  to: Type.Optional(Type.Number()),
  symbol: Type.Optional(Type.String()),
  acceptJump: Type.Optional(Type.Boolean()),
  verifyEmpty: Type.Optional(Type.Boolean()),
});
const Progress = Type.Object({
  expected: Type.Optional(Count),
  wanted: Count,
  fetched: Count,
  inserted: Count,
  changed: Count,
  unchanged: Count,
  skippedStale: Count,
  rejected: Count,
  empty: Count,
  failed: Count,
  requests: Count,
  overlapReadAt: Type.Optional(Type.Number()),
  gaps: Type.Array(Type.Object({ ...Span, bars: Count, reason: Type.String() })),
  failures: Type.Optional(Type.Array(Type.Object({ ...Span, code: Type.String(), message: Type.String() }))),
});

const Import = Type.Object({
  instrumentId: Type.Optional(Type.String()),
  interval: Type.Optional(Type.Enum(BAR_INTERVALS)),
  align: Type.Optional(Type.Enum(['clock', 'session'])),
  provider: Type.String(),
  fileName: Type.Optional(Type.String()),
});
const ImportCounts = Type.Object({
  rows: Count,
  bytesRead: Type.Optional(Count),
  bytesTotal: Type.Optional(Count),
  files: Type.Optional(Count),
  filesTotal: Type.Optional(Count),
  outcome: Type.Optional(Type.Unsafe<object>({ type: 'object' })),
});

export const syncDocuments: DocumentSchemas = {
  tracked_series: documentsOf<TrackedSeries>()(
    Type.Object({ _id: Type.String(), ...Series, from: Type.Number(), jobId: Type.String() }),
  ),
  jobs: documentsOf<StoredJobDocument>()(
    Type.Union([
      Type.Object({
        ...jobFields,
        input: documentsOf<SyncTask>()(Request),
        progress: Type.Unsafe<SyncProgress>(Progress),
      }),
      Type.Object({
        ...jobFields,
        kind: Type.Literal('import'),
        input: documentsOf<ImportTask>()(Import),
        progress: documentsOf<ImportProgress>()(ImportCounts),
      }),
    ]),
  ),
};
