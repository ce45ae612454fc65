import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 250;

/** What a command waits that looks again and again; Ctrl-C ends it early. */
export async function pause(signal: AbortSignal): Promise<void> {
  await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
}
