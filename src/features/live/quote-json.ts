import { isoOfEpochMs, isoOrNull, type Quote } from '../../market/index.ts';

/** As doors give it: times as RFC 3339, what is absent as null. */
export function quoteJson({ instrumentId, eventTime, receivedAt, ...prices }: Quote) {
  const { last, lastSize, bid, bidSize, ask, askSize, dayVolume } = prices;
  return {
    instrumentId,
    last: last ?? null,
    lastSize: lastSize ?? null,
    bid: bid ?? null,
    bidSize: bidSize ?? null,
    ask: ask ?? null,
    askSize: askSize ?? null,
    dayVolume: dayVolume ?? null,
    eventTime: isoOrNull(eventTime),
    receivedAt: isoOfEpochMs(receivedAt),
  };
}
