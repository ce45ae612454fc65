import { keepCompiledCode } from '../config/compile-cache.ts';

keepCompiledCode();
const { runCli } = await import('./run-cli.ts'); // now what it loads is kept
await runCli(process.argv.slice(2));
