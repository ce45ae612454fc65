import Type from 'typebox';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { asPocketQuantError } from '../../../../platform/errors/index.ts';
import type { SyncJob } from '../../collections.ts';
import { type syncBars, SyncRequest } from '../sync-bars/sync-bars.command.ts';

/** What became of one order: its job, or why there is none. */
export type RequestOutcome =
  { readonly job: SyncJob } | { readonly error: { readonly code: string; readonly message: string } };

/** Up to 1,000 orders as `syncBars` takes them, each a job of its own; one that is refused never stops the others. */
export const syncMany = defineCommand<readonly RequestOutcome[]>()(
  'sync.sync-many',
  Type.Object({ orders: Type.Array(SyncRequest, { minItems: 1, maxItems: 1_000 }) }),
);

export function handleSyncMany(sync: HandlerOf<typeof syncBars>): HandlerOf<typeof syncMany> {
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
