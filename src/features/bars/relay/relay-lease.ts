import { randomUUID } from 'node:crypto';
import { isDuplicateKey } from '../../../platform/database/index.ts';
import { asSeen, LeaseWatch } from '../../../platform/lease/index.ts';
import type { BarsCollections, Lease } from '../collections.ts';

const LEASE_ID = 'relay';
export const RELAY_LEASE_MS = 5_000;

/** The right of one process to publish; whoever stops publishing need not give it back. */
export interface RelayLease {
  /** @returns whether this process has the lease now, for `RELAY_LEASE_MS` more */
  hold(): Promise<boolean>;
  /** The lease as it stands: another text after each renewal. */
  mark(): Promise<string | undefined>;
  giveBack(): Promise<void>;
}

export function relayLease(
  leases: BarsCollections['leases'],
  { clock, elapsed }: Readonly<Record<'clock' | 'elapsed', () => number>>,
): RelayLease {
  const holder = randomUUID();
  const watch = new LeaseWatch(RELAY_LEASE_MS, elapsed);
  let isOurs = false; // or may be, where an answer was lost
  const renewed = (beat = 0) => ({ holder, beat: beat + 1, until: clock() + RELAY_LEASE_MS });

  async function takeFirst(): Promise<boolean> {
    try {
      await leases.insertOne({ _id: LEASE_ID, ...renewed() });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false; // another was faster
      throw error;
    }
  }

  async function take(lease: Lease): Promise<boolean> {
    const { matchedCount } = await leases.updateOne({ _id: LEASE_ID, ...asSeen(lease) }, { $set: renewed(lease.beat) });
    return matchedCount > 0;
  }

  return {
    async hold() {
      const lease = await leases.findOne({ _id: LEASE_ID });
      if (lease !== null && lease.holder !== holder && !watch.isOver(LEASE_ID, lease)) return false;
      isOurs = true;
      return lease === null ? takeFirst() : take(lease);
    },
    async mark() {
      const lease = await leases.findOne({ _id: LEASE_ID });
      return lease === null ? undefined : JSON.stringify(lease);
    },
    async giveBack() {
      if (isOurs) await leases.deleteOne({ _id: LEASE_ID, holder });
    },
  };
}
