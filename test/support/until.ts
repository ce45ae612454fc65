import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** Resolves as soon as something is so, which nobody announces. */
export async function until(isSo: () => boolean, what: string, limitMs = 3_000): Promise<void> {
  for (const end = performance.now() + limitMs; !isSo();) {
    assert.ok(performance.now() < end, `not within ${limitMs} ms: ${what}`);
    await pause(1);
  }
}
