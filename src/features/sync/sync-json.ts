import { isoOfEpochMs, isoOrNull } from '../../market/index.ts';
import type { AppointmentState } from '../../platform/scheduler/index.ts';
import type { SyncJob } from './collections.ts';
import type { RequestOutcome } from './commands/sync-many/sync-many.command.ts';
import type { SyncStatus } from './queries/get-sync-status/get-sync-status.query.ts';

/** As doors give it: times as RFC 3339, what is absent as null. */
export function jobJson(job: SyncJob) {
  const { instrumentId, interval, provider, from, to } = job.input;
  const { gaps, failures = [], expected, overlapReadAt: _, ...counts } = job.progress;
  const spanJson = <T extends { readonly from: number; readonly to: number }>(span: T) => ({
    ...span,
    from: isoOfEpochMs(span.from),
    to: isoOfEpochMs(span.to),
  });
  return {
    id: job.id,
    kind: job.kind,
    state: job.state,
    instrumentId,
    interval,
    provider,
    from: isoOfEpochMs(from),
    to: isoOrNull(to),
    progress: { expected: expected ?? null, ...counts },
    gaps: gaps.map(spanJson),
    failures: failures.map(spanJson),
    attempts: job.attempts,
    error: job.error ?? null,
    createdAt: isoOfEpochMs(job.createdAt),
    startedAt: isoOrNull(job.startedAt),
    endedAt: isoOrNull(job.endedAt),
    nextAttemptAt: job.state === 'waiting' ? isoOfEpochMs(job.runAfter) : null,
  };
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
