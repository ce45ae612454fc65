import { hash } from 'node:crypto';
import { bulkUpsert, outlastFailover, type BulkWriteOperation } from '../../../../platform/database/index.ts';
import type { BarsCollections, QuarantinedBar } from '../../collections.ts';
import type { RejectedBar } from './prepare-bars.ts';

const BATCH_OPERATIONS = 1_000;
/** A refused row is kept to be looked at, not to fill the disk. */
const MAX_TEXT_LENGTH = 2_000;

interface Refusal {
  readonly series: string;
  readonly provider: string;
  readonly now: number;
}

/** Keeps refused bars with their reasons. Refusing the same bar again adds nothing. */
export async function quarantineBars(
  quarantine: BarsCollections['quarantine'],
  refusal: Refusal,
  rejected: readonly RejectedBar[],
  barAt: (place: number) => unknown,
): Promise<void> {
  for (let start = 0; start < rejected.length; start += BATCH_OPERATIONS) {
    const operations = new Map<string, BulkWriteOperation<QuarantinedBar>>();
    for (const bar of rejected.slice(start, start + BATCH_OPERATIONS)) {
      const { _id, ...kept } = quarantined(refusal, bar, barAt(bar.index));
      operations.set(_id, { updateOne: { filter: { _id }, update: { $setOnInsert: kept }, upsert: true } });
    }
    await outlastFailover(() => bulkUpsert(quarantine, [...operations.values()]));
  }
}

function quarantined({ series, provider, now }: Refusal, rejected: RejectedBar, sent: unknown): QuarantinedBar {
  const bar = (JSON.stringify(sent) ?? 'undefined').slice(0, MAX_TEXT_LENGTH);
  const digest = hash('sha256', `${provider}\n${rejected.code}\n${bar}`, 'base64url').slice(0, 22);
  return {
    _id: `${series}/${digest}`,
    series,
    provider,
    code: rejected.code,
    message: rejected.message,
    ...(rejected.openTime === undefined ? {} : { openTime: rejected.openTime }),
    bar,
    rejectedAt: now,
  };
}
