import { isoOfEpochMs, isoOrNull } from '../../market/index.ts';
import type { AppointmentState } from '../../platform/scheduler/index.ts';
import { SYNC_JOB, type ImportJob, type StoredJob, type SyncJob } from './collections.ts';
import type { RequestOutcome } from './commands/sync-many/sync-many.command.ts';
import type { SyncStatus } from './queries/get-sync-status/get-sync-status.query.ts';

/** As doors give it: times as RFC 3339, what is absent as null. */
export function jobJson(job: StoredJob) {
  const { id, kind, state, attempts, error, createdAt, startedAt, endedAt, runAfter } = job;
  return {
    id,
    kind,
    state,
    ...(job.kind === SYNC_JOB ? workOfSync(job) : workOfImport(job)),
    attempts,
    error: error ?? null,
    createdAt: isoOfEpochMs(createdAt),
    startedAt: isoOrNull(startedAt),
    endedAt: isoOrNull(endedAt),
    nextAttemptAt: state === 'waiting' ? isoOfEpochMs(runAfter) : null,
  };
}

function workOfSync({ input, progress }: SyncJob) {
  const { instrumentId, interval, align, provider, from, to } = input;
  const { gaps, failures = [], expected, overlapReadAt: _, ...counts } = progress;
  const spanJson = <T extends { readonly from: number; readonly to: number }>(span: T) => ({
    ...span,
    from: isoOfEpochMs(span.from),
    to: isoOfEpochMs(span.to),
  });
  return {
    instrumentId,
    interval,
    ...(align === undefined ? {} : { align }),
    provider,
    from: isoOfEpochMs(from),
    to: isoOrNull(to),
    fileName: null,
    progress: { expected: expected ?? null, ...counts },
    gaps: gaps.map(spanJson),
    failures: failures.map(spanJson),
    outcome: null,
  };
}

function workOfImport({ input, progress }: ImportJob) {
  const { instrumentId = null, interval = null, align, provider, fileName = null } = input;
  const { outcome = null, ...counts } = progress;
  const nothing = { from: null, to: null, gaps: [], failures: [] };
  const isBySession = align === 'session' ? { align } : {};
  return { instrumentId, interval, ...isBySession, provider, fileName, progress: counts, outcome, ...nothing };
}

export function outcomeJson(outcome: RequestOutcome) {
  return 'job' in outcome ? { job: jobJson(outcome.job), error: null } : { job: null, error: outcome.error };
}

export function statusJson({ from, endedAt, error, ...status }: SyncStatus) {
  return { ...status, from: isoOfEpochMs(from), error: error ?? null, endedAt: isoOrNull(endedAt) };
}

export function appointmentJson({ nextRunAt, lastRunAt, ...schedule }: AppointmentState) {
  const next = Number.isFinite(nextRunAt) ? nextRunAt : undefined;
  return { ...schedule, nextRunAt: isoOrNull(next), lastRunAt: isoOrNull(lastRunAt) };
}
