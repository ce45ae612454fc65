import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import { BAR_INTERVALS, EPOCH_MS_RANGE, INSTRUMENT_ID_FORMAT, type InstrumentId } from '../../market/index.ts';
import { openSharedChannel } from '../../platform/channel/index.ts';
import { validatorOf } from '../../platform/schemas/index.ts';
import { startLoop } from '../../platform/waiting/index.ts';
import type { Latest } from './stream-event.ts';
import { barsTopic, quotesTopic } from './topics.ts';

/** Tells other processes what is published live in this one, and hears of theirs. */
export interface LiveSharing {
  share(latest: Latest): void;
  state(): 'up' | 'down';
  close(): Promise<void>;
}

export interface LiveSharingOptions {
  readonly url: string;
  /** Processes of the same database hear each other. */
  readonly scope: string;
  /** Takes what another process has published. */
  readonly deliver: (latest: Latest) => void;
  /** Hears what keeps Redis from being used, once each time that it goes down. */
  readonly onError: (error: unknown) => void;
}

/** Of what changes more often the last value is sent. */
const GATHER_MS = 10;

const Id = Type.Unsafe<InstrumentId>(Type.String(INSTRUMENT_ID_FORMAT));
const Moment = Type.Integer(EPOCH_MS_RANGE);
const Known = Type.Optional(Type.Number());
const Parcel = Type.Object({
  sender: Type.String(),
  latest: Type.Array(
    Type.Union([
      Type.Object({
        kind: Type.Literal('quote'),
        quote: Type.Object({
          instrumentId: Id,
          eventTime: Type.Optional(Moment),
          last: Known,
          lastSize: Known,
          bid: Known,
          bidSize: Known,
          ask: Known,
          askSize: Known,
          dayVolume: Known,
          receivedAt: Moment,
        }),
      }),
      Type.Object({
        kind: Type.Literal('openBar'),
        instrumentId: Id,
        interval: Type.Enum(BAR_INTERVALS),
        bar: Type.Object({
          interval: Type.Enum(BAR_INTERVALS),
          openTime: Moment,
          open: Type.Number(),
          high: Type.Number(),
          low: Type.Number(),
          close: Type.Number(),
          volume: Known,
          trades: Known,
          turnover: Known,
          openInterest: Known,
          isPartial: Type.Boolean(),
        }),
      }),
    ]),
  ),
});
const parcels = validatorOf(Parcel);

/** Shares by Redis; while it cannot be reached each process has its own clients only. */
export async function openLiveSharing({ url, scope, deliver, onError }: LiveSharingOptions): Promise<LiveSharing> {
  const sender = randomUUID();
  const waiting = new Map<string, Latest>();
  const channel = await openSharedChannel({
    url,
    name: `${scope}:live`,
    onMessage(text) {
      const parcel: unknown = JSON.parse(text);
      if (!parcels().Check(parcel)) throw new TypeError(`Not what a process of ours publishes: ${text.slice(0, 100)}`);
      if (parcel.sender !== sender) for (const latest of parcel.latest) deliver(latest);
    },
    onError,
  });

  /** One parcel is under way at a time: where Redis is slow, what waits is replaced by what is newer. */
  async function send(): Promise<void> {
    while (waiting.size > 0) {
      const parcel = { sender, latest: [...waiting.values()] };
      waiting.clear();
      await channel.publish(JSON.stringify(parcel));
    }
  }

  const loop = startLoop(send, { restMs: Infinity, gatherMs: GATHER_MS, onError });
  return {
    share(latest) {
      waiting.set(keyOf(latest), latest);
      loop.wake();
    },
    state: () => channel.state(),
    close() {
      void loop.stop();
      return channel.close();
    },
  };
}

function keyOf(latest: Latest): string {
  return latest.kind === 'quote'
    ? quotesTopic(latest.quote.instrumentId)
    : barsTopic(`${latest.instrumentId}/${latest.interval}`);
}
