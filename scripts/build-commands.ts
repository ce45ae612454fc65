import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsdown';
import { forNode } from '../tsdown.config.ts';

// Builds what `bin/pocketquant` runs: the files of the published package, without its types. Others may do so, or run what
// was built before, at the same time: a file's name says what is in it, and the one that leads to the others comes last.

const FIRST = 'cli.js';
/** What was built before is kept as long for commands that run. */
const KEPT_MS = 24 * 60 * 60_000;

const startedAt = new Date();
const root = fileURLToPath(new URL('..', import.meta.url));
const built = join(root, 'dist', 'commands');
mkdirSync(built, { recursive: true });
const building = mkdtempSync(join(root, 'dist', 'building-'));
try {
  await build({ ...forNode, config: false, cwd: root, outDir: building, dts: false, clean: false, logLevel: 'error' });
  const files = readdirSync(building);
  utimesSync(join(building, FIRST), startedAt, startedAt); // what is changed meanwhile is newer
  for (const file of files.toSorted((a, b) => Number(a === FIRST) - Number(b === FIRST)))
    renameSync(join(building, file), join(built, file));
  const left = readdirSync(built).filter((file) => !files.includes(file));
  for (const file of left.map((name) => join(built, name)))
    if (startedAt.getTime() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > KEPT_MS)
      rmSync(file, { force: true });
} finally {
  rmSync(building, { recursive: true, force: true });
}
