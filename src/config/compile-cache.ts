import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/**
 * Has Node keep what it compiles from here on for the next command: in a folder of each user's own, as code that others
 * put there would run. Where nothing can be kept, commands are only slower.
 */
export function keepCompiledCode(): void {
  const { NODE_COMPILE_CACHE, XDG_CACHE_HOME, HOME } = process.env;
  const caches = XDG_CACHE_HOME ?? (HOME === undefined ? undefined : join(HOME, '.cache'));
  const folder = NODE_COMPILE_CACHE ?? (caches === undefined ? undefined : join(caches, 'pocketquant'));
  if (folder === undefined) return;
  enableCompileCache(folder);
  process.env['NODE_COMPILE_CACHE'] = folder; // for threads
}
