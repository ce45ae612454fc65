import Type, { type Static } from 'typebox';
import { AlignText, InstrumentIdText, IntervalText } from '../../market/schemas.ts';
import { FailureJson, orNull, timesAsText, TimeValue } from '../../platform/http/index.ts';
import type { SyncRequest } from './commands/sync-bars/sync-bars.command.ts';
import { ProviderText } from './schemas.ts';

// What the HTTP doors of this slice have in common.

const Text = orNull(Type.String());
const Count = Type.Integer();

export const RequestJson = Type.Object(
  {
    instrumentId: InstrumentIdText,
    interval: IntervalText,
    align: Type.Optional(AlignText),
    provider: Type.Optional(ProviderText),
    from: Type.Optional(TimeValue),
    to: Type.Optional(TimeValue),
    acceptJump: Type.Optional(
      Type.Boolean({
        description: 'Accept prices or volumes that jump by a factor of 100; otherwise taken as another unit',
      }),
    ),
    verifyEmpty: Type.Optional(Type.Boolean({ description: 'Check all ranges that count as empty again' })),
  },
  { additionalProperties: false },
);

export function requestOf({ from, to, ...request }: Static<typeof RequestJson>): SyncRequest {
  return { ...request, ...timesAsText({ from, to }) };
}

const SyncProgressJson = Type.Object({
  expected: orNull(Count),
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
});
const ImportProgressJson = Type.Object({
  rows: Count,
  bytesRead: Type.Optional(Count),
  bytesTotal: Type.Optional(Count),
  files: Type.Optional(Count),
  filesTotal: Type.Optional(Count),
});

export const JobJson = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  state: Type.String(),
  instrumentId: Text,
  interval: Text,
  align: Type.Optional(AlignText),
  provider: Type.String(),
  from: Text,
  to: Text,
  fileName: Text,
  progress: Type.Union([SyncProgressJson, ImportProgressJson]),
  gaps: Type.Array(Type.Object({ from: Type.String(), to: Type.String(), bars: Count, reason: Type.String() })),
  failures: Type.Array(Type.Object({ from: Type.String(), to: Type.String(), ...FailureJson.properties })),
  outcome: orNull(Type.Unsafe<object>({ type: 'object', additionalProperties: true }), {
    description: 'Of an import that has ended: as POST /imports answers',
  }),
  attempts: Count,
  error: orNull(FailureJson),
  createdAt: Type.String(),
  startedAt: Text,
  endedAt: Text,
  nextAttemptAt: Text,
});
