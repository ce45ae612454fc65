import { createHub, type Hub, type HubOptions } from './hub.ts';
import { openLiveSharing, type LiveSharing } from './live-sharing.ts';
import type { StreamedJob } from './stream-event.ts';

export { follow, type FollowInput } from './queries/follow-topics/follow.ts';
export type { Hub } from './hub.ts';
export type { FollowedEvent } from './stream-event.ts';
export type { StreamTopic } from './topics.ts';

export interface StreamsWiring<Job extends StreamedJob> extends Omit<HubOptions<Job>, 'share'> {
  /** Where processes of one database tell each other of quotes and open bars; changes need no such place. */
  readonly redis: { readonly url: string; readonly scope: string } | undefined;
}

export interface Streams<Job extends StreamedJob> {
  readonly hub: Hub<Job>;
  close(): Promise<void>;
}

/** Makes the hub that sources publish to and clients listen at. */
export async function registerStreams<Job extends StreamedJob>({
  redis,
  ...options
}: StreamsWiring<Job>): Promise<Streams<Job>> {
  const { onError } = options;
  const sharing: LiveSharing | undefined =
    redis && (await openLiveSharing({ ...redis, onError, deliver: (latest) => hub.deliver(latest) }));
  const hub = createHub({ ...options, share: sharing && ((latest) => sharing.share(latest)) });
  return {
    hub,
    async close() {
      hub.close();
      await sharing?.close();
    },
  };
}
