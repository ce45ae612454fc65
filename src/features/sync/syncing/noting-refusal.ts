import { ConflictError, type ErrorCode } from '../../../platform/errors/index.ts';
import type { SyncPort, SyncTask } from '../port.ts';
import { seriesOf } from './store-page.ts';

/** What a provider gives cannot stand beside what is held; a person decides. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(['PRICE_BASIS_CHANGED', 'OTHER_CURRENCY', 'UNIT_JUMP']);

/** Writes down with the series why a sync of it was refused; the next one that is not removes it. */
export async function notingRefusal<End>(
  request: SyncTask,
  { ledgerOf, noteBasis }: SyncPort,
  sync: () => Promise<End>,
): Promise<End> {
  const series = seriesOf(request);
  try {
    const end = await sync();
    const { refusal } = await ledgerOf({ ...series, from: 0, to: 1 });
    if (refusal !== undefined) await noteBasis({ ...series, refusal: null });
    return end;
  } catch (error) {
    if (error instanceof ConflictError && REFUSALS.has(error.code))
      await noteBasis({ ...series, refusal: { code: error.code, message: error.message } });
    throw error;
  }
}
