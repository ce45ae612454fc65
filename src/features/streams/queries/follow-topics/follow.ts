import Type from 'typebox';
import { invalidInput } from '../../../../platform/errors/index.ts';
import { validatorOf } from '../../../../platform/schemas/index.ts';
import type { Hub } from '../../hub.ts';
import type { StreamClient, Transport } from '../../stream-client.ts';
import type { FollowedEvent, StreamedJob, StreamEvent } from '../../stream-event.ts';
import { After, TopicTexts, type StreamTopic } from '../../topics.ts';

/** What to follow, and from where. */
export interface FollowInput {
  /** 1 to 2,000; see {@link StreamTopic}. */
  readonly topics: readonly StreamTopic[];
  /**
   * Bars and changes are told after this seq: that of the last event that had one, or 0 for all that is kept. Default:
   * what happens from now on.
   */
  readonly after?: number | undefined;
  /** Ends the loop when it is aborted, without an error. */
  readonly signal?: AbortSignal | undefined;
}

const Subscription = Type.Object({ topics: TopicTexts, after: Type.Optional(After) });
const subscriptions = validatorOf(Subscription);

/** What happens to a program's topics, an event at a time; the library's `follow` says more. */
export function follow<Job extends StreamedJob>(
  hub: Hub<Job>,
  input: FollowInput,
): AsyncGenerator<FollowedEvent<Job>, void, undefined> {
  const loop = new LoopTransport<Job>();
  const events = followed(hub, loop, input);
  const end = events.return.bind(events);
  // By itself a generator would not end before the event that it waits for.
  events.return = (value) => {
    loop.close();
    return end(value);
  };
  return events;
}

async function* followed<Job extends StreamedJob>(
  hub: Hub<Job>,
  loop: LoopTransport<Job>,
  { topics, after, signal }: FollowInput,
): AsyncGenerator<FollowedEvent<Job>, void, undefined> {
  const value = after === undefined ? { topics } : { topics, after };
  if (!subscriptions().Check(value))
    throw invalidInput('The subscription', subscriptions().Errors(value), { schema: Subscription, value });
  if (signal?.aborted) return;
  const client = hub.join(loop);
  const close = (): void => client.close();
  signal?.addEventListener('abort', close);
  try {
    await client.subscribe(topics, after);
    for (let event; (event = await loop.next(client)) !== undefined;) {
      if (event.type === 'error') throw event.error;
      if (event.type !== 'heartbeat' && event.type !== 'unsubscribed') yield event;
    }
  } finally {
    signal?.removeEventListener('abort', close);
    client.leave();
  }
}

/** The longest that a timer waits. */
const FOREVER_MS = 2 ** 31 - 1;

/** Takes an event only when the loop asks for the next one, so that all others wait where newer values replace them. */
class LoopTransport<Job extends StreamedJob> implements Transport<Job> {
  readonly isInProcess = true;
  #asked: PromiseWithResolvers<StreamEvent<Job> | undefined> | undefined;
  #isOver = false;

  /** @returns `undefined` at the end */
  async next(client: StreamClient): Promise<StreamEvent<Job> | undefined> {
    if (this.#isOver) return undefined;
    const { promise } = (this.#asked = Promise.withResolvers());
    const alive = setInterval(() => undefined, FOREVER_MS); // nothing else may keep a process that only waits
    client.flush();
    return promise.finally(() => clearInterval(alive));
  }

  send(event: StreamEvent<Job>): void {
    this.#answer(event);
  }

  isFull(): boolean {
    return this.#asked === undefined;
  }

  isAlive(): boolean {
    return true;
  }

  close(): void {
    this.#isOver = true;
    this.#answer(undefined);
  }

  #answer(event: StreamEvent<Job> | undefined): void {
    this.#asked?.resolve(event);
    this.#asked = undefined;
  }
}
