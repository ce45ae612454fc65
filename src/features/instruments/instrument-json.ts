import { isoOfEpochMs } from '../../market/index.ts';
import type { InstrumentWithSeries } from './instrument.ts';

/** As doors give it: times as RFC 3339, what is absent as null. */
export function symbolJson({ symbol, ...instrument }: InstrumentWithSeries & { readonly symbol?: string }) {
  const { instrumentId, name, assetType, currency, schedule, sessions, priceDecimals, listedFrom, listedTo, aliases } =
    instrument;
  const iso = (time: number | undefined): string | null => (time === undefined ? null : isoOfEpochMs(time));
  return {
    instrumentId,
    ...(symbol === undefined ? {} : { symbol }),
    name: name ?? null,
    assetType: assetType ?? null,
    currency: currency ?? null,
    schedule: schedule ?? null,
    sessions: sessions ?? 'regular',
    priceDecimals: priceDecimals ?? null,
    listedFrom: iso(listedFrom),
    listedTo: iso(listedTo),
    aliases: [...(aliases ?? [])],
    series: instrument.series.map(({ first, last, providers, ...series }) => ({
      ...series,
      first: iso(first),
      last: iso(last),
      providers: [...providers],
    })),
  };
}
