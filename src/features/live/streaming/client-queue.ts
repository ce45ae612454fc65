import type { StreamMessage } from './stream-message.ts';

/**
 * What waits to be sent to one client, in order and bounded. A message with a key takes the place of an earlier one with
 * the same key, so that of a quote only the latest waits; one without is never replaced.
 */
export class ClientQueue {
  readonly #capacity: number;
  readonly #waiting = new Map<string | number, StreamMessage>();
  #appended = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** @returns false if the queue is full; then nothing was added */
  put(key: string, message: StreamMessage): boolean {
    if (!this.#waiting.has(key) && this.#waiting.size >= this.#capacity) return false;
    this.#waiting.set(key, message);
    return true;
  }

  /** @returns false if the queue is full; then nothing was added */
  append(message: StreamMessage): boolean {
    if (this.#waiting.size >= this.#capacity) return false;
    this.#waiting.set(this.#appended++, message);
    return true;
  }

  /** Takes messages out, the oldest first, as long as `isWanted` says so. */
  *take(isWanted: () => boolean): Generator<StreamMessage> {
    for (const [key, message] of this.#waiting) {
      if (!isWanted()) return;
      this.#waiting.delete(key);
      yield message;
    }
  }

  /** Takes out what is about a topic. */
  remove(topic: string): void {
    for (const [key, message] of this.#waiting) if (message.topic === topic) this.#waiting.delete(key);
  }

  clear(): void {
    this.#waiting.clear();
  }
}
