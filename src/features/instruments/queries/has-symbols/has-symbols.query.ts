import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { InstrumentsCollections } from '../../collections.ts';

/** Whether any instrument is registered or has bars. */
export const hasSymbols = defineQuery<boolean>()('instruments.has-symbols', Type.Object({}));

export function answerHasSymbols({ instruments, series }: InstrumentsCollections): HandlerOf<typeof hasSymbols> {
  const projection = { _id: 1 } as const;
  return async () =>
    (await instruments.findOne({}, { projection })) !== null ||
    (await series.findOne({ count: { $gt: 0 } }, { projection })) !== null;
}
