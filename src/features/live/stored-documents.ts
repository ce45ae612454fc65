import Type from 'typebox';
import { BAR_INTERVALS, type InstrumentId } from '../../market/index.ts';
import { documentsOf, type DocumentSchemas } from '../../platform/database/index.ts';
import type { CurrentBarsDocument, FeedDocument, SubscriptionDocument } from './collections.ts';

const FeedError = Type.Object({ code: Type.String(), message: Type.String(), at: Type.Number() });
const OptionalNumber = Type.Optional(Type.Number());
const Quote = Type.Object({
  instrumentId: Type.Unsafe<InstrumentId>(Type.String()),
  eventTime: OptionalNumber,
  last: OptionalNumber,
  lastSize: OptionalNumber,
  bid: OptionalNumber,
  bidSize: OptionalNumber,
  ask: OptionalNumber,
  askSize: OptionalNumber,
  dayVolume: OptionalNumber,
  receivedAt: Type.Number(),
});
const OpenBar = Type.Object({
  interval: Type.Enum(BAR_INTERVALS),
  openTime: Type.Number(),
  open: Type.Number(),
  high: Type.Number(),
  low: Type.Number(),
  close: Type.Number(),
  volume: OptionalNumber,
  trades: OptionalNumber,
  turnover: OptionalNumber,
  openInterest: OptionalNumber,
  isPartial: Type.Boolean(),
});

export const liveDocuments: DocumentSchemas = {
  feeds: documentsOf<FeedDocument>()(
    Type.Object({
      _id: Type.String(),
      isWanted: Type.Boolean(),
      rev: Type.Integer({ minimum: 0 }),
      holder: Type.Optional(Type.String()),
      beat: OptionalNumber,
      leaseUntil: OptionalNumber,
      state: Type.Optional(Type.Enum(['connecting', 'live', 'disconnected'])),
      since: OptionalNumber,
      heardAt: OptionalNumber,
      error: Type.Optional(FeedError),
    }),
  ),
  subscriptions: documentsOf<SubscriptionDocument>()(
    Type.Object({
      _id: Type.String(),
      provider: Type.String(),
      instrumentId: Type.String(),
      intervals: Type.Array(Type.Enum(BAR_INTERVALS)),
      createdAt: Type.Number(),
      settledUntil: OptionalNumber,
      refused: Type.Optional(FeedError),
    }),
  ),
  current_bars: documentsOf<CurrentBarsDocument>()(
    Type.Object({
      _id: Type.String(),
      instrumentId: Type.String(),
      provider: Type.String(),
      at: Type.Number(),
      vendorAt: OptionalNumber,
      quote: Type.Optional(Quote),
      bars: Type.Array(OpenBar),
    }),
  ),
};
