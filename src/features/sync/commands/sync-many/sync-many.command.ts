import Type from 'typebox';
import { INSTRUMENT_ID_FORMAT } from '../../../../market/index.ts';
import { defineCommand, type HandlerOf, type MessageOrigin } from '../../../../platform/bus/index.ts';
import { asPocketQuantError } from '../../../../platform/errors/index.ts';
import type { SyncJob } from '../../collections.ts';
import { SyncRequest } from '../sync-bars/sync-bars.command.ts';

/** What became of one order: its job, or why there is none. */
export type RequestOutcome =
  { readonly job: SyncJob } | { readonly error: { readonly code: string; readonly message: string } };

/** As it was written: which stored instrument is meant, each order is asked by itself. */
const Order = Type.Object({ ...SyncRequest.properties, instrumentId: Type.String(INSTRUMENT_ID_FORMAT) });

/** Up to 1,000 orders as `syncBars` takes them, each a job of its own; one that is refused never stops the others. */
export const syncMany = defineCommand<readonly RequestOutcome[]>()(
  'sync.sync-many',
  Type.Object({ orders: Type.Array(Order, { minItems: 1, maxItems: 1_000 }) }),
);

/** @param sync orders one, whose instrument is named as it was written */
export function handleSyncMany(
  sync: (order: SyncRequest, origin: MessageOrigin) => Promise<SyncJob>,
): HandlerOf<typeof syncMany> {
  return async ({ orders }, context) => {
    const outcomes: RequestOutcome[] = [];
    for (const order of orders) {
      try {
        outcomes.push({ job: await sync(order, context) });
      } catch (thrown) {
        const error = asPocketQuantError(thrown);
        if (error.code === 'INTERNAL') throw error;
        outcomes.push({ error: { code: error.code, message: error.message } });
      }
    }
    return outcomes;
  };
}
