import { existsSync, globSync, mkdtempSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Pages } from '../platform/http/index.ts';
import { isCheckout, ROOT } from './root.ts';

/** Where `index.html` is answered, so that a link to a view can be opened. */
const PAGE_PATHS = ['/', '/coverage', '/instruments', '/jobs', '/changes', '/system'];

const built = join(ROOT, 'dist', 'web');
const TAKEN_OR_GONE = new Set(['ENOENT', 'ENOTEMPTY', 'EEXIST']);

/** What a server needs to show the page; undefined where it is not built. */
export function webPage(): Pages | undefined {
  if (!existsSync(join(built, 'index.html'))) return undefined;
  return { folder: built, paths: PAGE_PATHS, samples: join(ROOT, 'examples', 'data') };
}

/**
 * Builds the page if this is a checkout whose page is missing or older than its sources. Other processes may do so at
 * the same time: the page is always whole.
 * @returns whether there was something to do
 */
export async function buildWebPage(): Promise<boolean> {
  if (!isCheckout || isFresh()) return false;
  const { build } = await import('vite');
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  const outDir = mkdtempSync(join(ROOT, 'dist', 'building-'));
  const former = `${outDir}-former`;
  try {
    await build({ configFile: join(ROOT, 'src/web/vite.config.ts'), logLevel: 'error', build: { outDir } });
    moveIfFree(built, former);
    moveIfFree(outDir, built);
  } finally {
    for (const folder of [outDir, former]) rmSync(folder, { recursive: true, force: true });
  }
  return true;
}

/** Another process may have been faster: then what it put there is as good. */
function moveIfFree(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!TAKEN_OR_GONE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function isFresh(): boolean {
  const page = join(built, 'index.html');
  if (!existsSync(page)) return false;
  const builtAt = statSync(page).mtimeMs;
  const sources = globSync('src/{web,client}/**/*.*', { cwd: ROOT });
  return [...sources, 'package-lock.json'].every((file) => statSync(join(ROOT, file)).mtimeMs <= builtAt);
}
