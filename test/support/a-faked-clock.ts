import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { aFolder } from './open-test-database.ts';

/** Environment of a process whose clock is set, while its monotonic clock is the machine's; needs Debian's `faketime`. */
export interface FakedClock {
  readonly variables: NodeJS.ProcessEnv;
  /** Sets the clock of the running process: so far ahead of the machine's, or behind where negative. */
  set(byMs: number): void;
}

export function aFakedClock(t: TestContext, byMs = 0): FakedClock {
  const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
  if (library === undefined) throw new Error('Install faketime for these tests');
  const file = join(aFolder(t), 'clock');
  const set = (ms: number): void => writeFileSync(file, `${ms < 0 ? '-' : '+'}${Math.abs(ms / 1_000)}`);
  set(byMs);
  return {
    set,
    variables: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  };
}
