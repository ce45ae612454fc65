import type { StreamEvent } from './stream-event.ts';

/**
 * What waits to be sent to one client, in order and bounded. An event with a key takes the place of an earlier one with
 * the same key, so that of a quote only the latest waits; one without is never replaced.
 */
export class ClientQueue {
  readonly #capacity: number;
  readonly #waiting = new Map<string | number, StreamEvent>();
  #appended = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** @returns false if the queue is full; then nothing was added */
  put(key: string, event: StreamEvent): boolean {
    if (!this.#waiting.has(key) && this.#waiting.size >= this.#capacity) return false;
    this.#waiting.set(key, event);
    return true;
  }

  /** @returns false if the queue is full; then nothing was added */
  append(event: StreamEvent): boolean {
    if (this.#waiting.size >= this.#capacity) return false;
    this.#waiting.set(this.#appended++, event);
    return true;
  }

  /** Takes events out, the oldest first, as long as `isWanted` says so. */
  *take(isWanted: () => boolean): Generator<StreamEvent> {
    for (const [key, event] of this.#waiting) {
      if (!isWanted()) return;
      this.#waiting.delete(key);
      yield event;
    }
  }

  /** Takes out what is about a topic. */
  remove(topic: string): void {
    for (const [key, event] of this.#waiting) if ('topic' in event && event.topic === topic) this.#waiting.delete(key);
  }

  clear(): void {
    this.#waiting.clear();
  }
}
