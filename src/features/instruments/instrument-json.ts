import { isoOrNull } from '../../market/index.ts';
import type { InstrumentWithSeries } from './instrument.ts';

/** As doors give it: times as RFC 3339, what is absent as null. */
export function symbolJson({ symbol, ...instrument }: InstrumentWithSeries & { readonly symbol?: string }) {
  const { instrumentId, name, assetType, currency, schedule, timeZone, sessions } = instrument;
  const { priceDecimals, listedFrom, listedTo, aliases } = instrument;
  return {
    instrumentId,
    ...(symbol === undefined ? {} : { symbol }),
    name: name ?? null,
    assetType: assetType ?? null,
    currency: currency ?? null,
    schedule: schedule ?? null,
    timeZone: timeZone ?? null,
    sessions: sessions ?? 'regular',
    priceDecimals: priceDecimals ?? null,
    listedFrom: isoOrNull(listedFrom),
    listedTo: isoOrNull(listedTo),
    aliases: [...(aliases ?? [])],
    series: instrument.series.map(({ first, last, providers, ...series }) => ({
      ...series,
      first: isoOrNull(first),
      last: isoOrNull(last),
      providers: [...providers],
    })),
  };
}

/** A page of them. */
export function symbolsJson({
  symbols,
  total,
  nextCursor = null,
}: {
  readonly symbols: readonly Parameters<typeof symbolJson>[0][];
  readonly total: number;
  readonly nextCursor?: string | null | undefined;
}) {
  return { symbols: symbols.map(symbolJson), total, nextCursor };
}
