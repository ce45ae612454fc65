import type { Relay } from './relay.ts';

/** Of a database that nobody can write: nothing waits in it. */
export const RESTING_RELAY: Relay = {
  wake: () => undefined,
  onPublished: () => undefined,
  drain: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};
