import { Readable } from 'node:stream';
import type { PocketQuantError } from '../../../../platform/errors/index.ts';
import { wireType, type EventTexts } from '../../event-texts.ts';
import type { Hub } from '../../hub.ts';
import type { Transport } from '../../stream-client.ts';
import type { StreamEvent } from '../../stream-event.ts';

const FULL_BYTES = 1_048_576;
const LEAVING_MS = 5_000;

/**
 * Subscribes a client of server-sent events to topics.
 * @returns the bytes of the answer; the client leaves when they are destroyed
 * @throws InvalidRequestError `CHANGES_EXPIRED`, `INVALID_REQUEST`; StoreError `TOO_MANY_CLIENTS`
 */
export async function openEvents(
  hub: Hub,
  texts: EventTexts,
  topics: readonly string[],
  after: number | undefined,
): Promise<Readable> {
  const transport = new EventTransport(texts);
  const client = hub.join(transport);
  transport.onDrained = () => client.flush();
  transport.events.once('close', () => client.leave());
  try {
    await client.subscribe(topics, after);
  } catch (error) {
    client.leave();
    throw error;
  }
  return transport.events;
}

class EventTransport implements Transport {
  onDrained: () => void = () => undefined;
  readonly events = new Readable({ highWaterMark: FULL_BYTES, read: () => this.#taken() });
  readonly #texts: EventTexts;
  #isWaiting = false;

  constructor(texts: EventTexts) {
    this.#texts = texts;
  }

  send(event: StreamEvent): void {
    const text = this.#texts.textOf(event);
    const id = 'seq' in event ? `id: ${event.seq}\n` : '';
    this.events.push(
      event.type === 'heartbeat' ? `: ${text}\n\n` : `event: ${wireType(event)}\n${id}data: ${text}\n\n`,
    );
  }

  isFull(): boolean {
    this.#isWaiting = this.events.readableLength >= FULL_BYTES;
    return this.#isWaiting;
  }

  /** Whoever is gone is found by its connection. */
  isAlive(): boolean {
    return true;
  }

  /** A client that does not read will not see the end of the answer: its connection is cut. */
  close(error?: PocketQuantError): void {
    if (error !== undefined) this.send({ type: 'error', error });
    this.events.push(null);
    setTimeout(() => this.events.destroy(), LEAVING_MS).unref();
  }

  #taken(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.onDrained();
  }
}
