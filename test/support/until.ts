import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** Resolves as soon as something is so, which nobody announces. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string | (() => string),
  limitMs = 20_000,
): Promise<void> {
  for (const end = performance.now() + limitMs; !(await isSo());) {
    if (performance.now() > end) assert.fail(`not within ${limitMs} ms: ${typeof what === 'string' ? what : what()}`);
    await pause(1);
  }
}
