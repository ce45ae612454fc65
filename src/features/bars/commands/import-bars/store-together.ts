import type { BarColumns } from '../../../../market/index.ts';
import type { HandlerOf, MessageContext } from '../../../../platform/bus/index.ts';
import { errorOfCode } from '../../../../platform/errors/index.ts';
import { together } from '../../../../platform/waiting/index.ts';
import type { UpsertOutcome } from '../upsert-bars/upsert-bars.command.ts';
import type { upsertManyBars } from '../upsert-many-bars/upsert-many-bars.command.ts';

type UpsertMany = HandlerOf<typeof upsertManyBars>;

/** Stores bars of one series. @throws as `upsertBars` */
export type StoreBars = (instrumentId: string, columns: BarColumns) => Promise<UpsertOutcome>;

/** Stores in one go what series of a file have side by side; each may have bars once at a time. */
export function storeTogether(
  upsertMany: UpsertMany,
  common: Omit<Parameters<UpsertMany>[0], 'series'>,
  context: MessageContext,
): StoreBars {
  const store = together<{ readonly instrumentId: string; readonly columns: BarColumns }, UpsertOutcome>(
    async (asked) => {
      const { series } = await upsertMany({ ...common, series: [...asked] }, context);
      return series.map((outcome) => {
        if ('failed' in outcome) throw errorOfCode(outcome.failed.code, outcome.failed.message);
        return outcome;
      });
    },
  );
  return (instrumentId, columns) => store({ instrumentId, columns });
}
