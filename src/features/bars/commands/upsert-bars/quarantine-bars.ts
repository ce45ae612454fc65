import { hash } from 'node:crypto';
import { bulkUpsert, outlastFailover, type BulkWriteOperation } from '../../../../platform/database/index.ts';
import { inspect } from 'node:util';
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

/** As many as an answer looks at to explain gaps. */
const MOST_KEPT = 10_000;

/** Keeps the first 10,000 refused bars with their reasons. Refusing the same bar again adds nothing. */
export async function quarantineBars(
  quarantine: BarsCollections['quarantine'],
  refusal: Refusal,
  rejected: readonly RejectedBar[],
  barAt: (place: number) => unknown,
): Promise<void> {
  const kept = rejected.slice(0, MOST_KEPT);
  for (let start = 0; start < kept.length; start += BATCH_OPERATIONS) {
    const operations = new Map<string, BulkWriteOperation<QuarantinedBar>>();
    for (const bar of kept.slice(start, start + BATCH_OPERATIONS)) {
      const { _id, ...fields } = quarantined(refusal, bar, barAt(bar.index));
      operations.set(_id, { updateOne: { filter: { _id }, update: { $setOnInsert: fields }, upsert: true } });
    }
    await outlastFailover(() => bulkUpsert(quarantine, [...operations.values()]));
  }
}

/** JSON, or what Node would show where a program sent what JSON cannot say: a cycle, a BigInt, lists in lists without end. */
function textOf(sent: unknown): string {
  try {
    return JSON.stringify(sent, withEveryNumber) ?? 'undefined';
  } catch {
    return inspect(sent, { depth: 2, breakLength: Infinity });
  }
}

/** JSON has no NaN and no Infinity. */
function withEveryNumber(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function quarantined({ series, provider, now }: Refusal, rejected: RejectedBar, sent: unknown): QuarantinedBar {
  const bar = textOf(sent).slice(0, MAX_TEXT_LENGTH);
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
