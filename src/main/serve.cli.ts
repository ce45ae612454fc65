import { wholeNumberOf, type Cli } from '../platform/cli/index.ts';
import { readField } from '../platform/errors/index.ts';
import type { RunningServer } from './server.ts';
import { whenToldToEnd } from './told-to-end.ts';
import { buildWebPage } from './web-page.ts';

/** Time to write the last lines of the log. */
const LAST_WORDS_MS = 250;

export function cliServe({ program }: Cli): void {
  program
    .command('serve')
    .description('serve bars over HTTP')
    .option('--host <host>', 'address to listen on (default: 127.0.0.1, this machine only)')
    .option('--port <port>', 'port to listen on (default: 8765)', (text) => readField('port', text, wholeNumberOf))
    .action(async ({ host, port }: { host?: string; port?: number }) => {
      const { database } = program.opts<{ database?: string }>();
      await buildPage();
      const { startServer } = await import('./server.ts'); // no other command has to wait for it
      const server = await startServer({ databaseUrl: database, host, port });
      process.stdout.write(`${welcomeLines(server).join('\n')}\n`);
      await new Promise<void>((resolve) => whenToldToEnd(resolve));
      await server.close();
      setTimeout(() => process.exit(), LAST_WORDS_MS).unref(); // what was left behind may keep the process alive
    });
}

/** The page of a checkout is built at the first start, and after it was changed. */
async function buildPage(): Promise<void> {
  const began = performance.now();
  try {
    const seconds = (await buildWebPage()) ? ((performance.now() - began) / 1_000).toFixed(1) : undefined;
    if (seconds !== undefined) process.stderr.write(`Built the page for browsers in ${seconds} s\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`The page for browsers cannot be built, so only the API is served: ${reason}\n`);
  }
}

function welcomeLines({ url, location, isEmpty }: RunningServer): string[] {
  const tryThese = isEmpty
    ? ['The database is empty. For something to look at, open the page in a browser, or:', '  ./bin/pocketquant sample']
    : ['Open the page in a browser, or try:', `  curl '${url}/api/v1/symbols'`];
  return [
    `PocketQuant at ${url}`,
    `  data  ${location}`,
    `  docs  ${url}/docs`,
    '',
    ...tryThese,
    '',
    'Stop with Ctrl-C.',
  ];
}
