import { enableCompileCache } from 'node:module';
import { compileCacheFolder } from '../config/compile-cache.ts';

const folder = compileCacheFolder();
if (folder !== undefined) {
  enableCompileCache(folder); // where it cannot be written, commands are only slower
  process.env['NODE_COMPILE_CACHE'] = folder; // for threads
}

const { runCli } = await import('./run-cli.ts'); // now what it loads is kept
await runCli(process.argv.slice(2));
