import { Command, CommanderError } from 'commander';
import { barsCommands } from '../features/bars/cli-doors.ts';
import { coverageCommands } from '../features/coverage/cli-doors.ts';
import { instrumentsCommands } from '../features/instruments/cli-doors.ts';
import { liveCommands } from '../features/live/cli-doors.ts';
import { syncCommands } from '../features/sync/cli-doors.ts';
import { systemCommands } from '../features/system/cli-doors.ts';
import {
  createTerminal,
  OutputClosed,
  outputTo,
  type Cli,
  type CliDoors,
  type CliSession,
  type Output,
  type Terminal,
} from '../platform/cli/index.ts';
import { asPocketQuantError, InvariantError, type PocketQuantError } from '../platform/errors/index.ts';
import { whenToldToEnd } from './told-to-end.ts';
import { version } from './version.ts';

const USAGE_EXIT = 2;

/** In the order in which they are listed. */
const COMMANDS: CliDoors = {
  serve: async () => (await import('./serve.cli.ts')).cliServe,
  ...barsCommands,
  ...instrumentsCommands,
  ...coverageCommands,
  ...syncCommands,
  ...liveCommands,
  ...systemCommands,
  sample: async () => (await import('./sample.cli.ts')).cliSample,
  bench: async () => (await import('./bench.cli.ts')).cliBench,
};

/** Runs the command that the words name; sets the process's exit code. */
export async function runCli(words: readonly string[]): Promise<void> {
  const program = new Command('pocketquant')
    .description('A self-hosted store for OHLCV bars whose answers say what is missing and why')
    .version(version)
    .option('--json', 'answer with JSON, for machines')
    .option('--database <url>', 'file:./path.db or mongodb://… (default: DATABASE_URL, else ./pocketquant-data)')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'pocketquant: ')) });
  const output = outputTo(process.stdout);
  process.stderr.on('error', () => undefined); // there is nobody to tell
  const cli: Cli = { program, run: (work) => runSession(program, output, work) };
  try {
    for (const load of doorsFor(program, words)) (await load())(cli);
    await program.parseAsync(words, { from: 'user' });
    await output.flush();
  } catch (thrown) {
    if (thrown instanceof OutputClosed) return; // such as `head`: it has what it wanted
    if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? 0 : USAGE_EXIT;
    else fail(asPocketQuantError(thrown), terminalOf(program, output));
  }
}

/** The door of the command that the words name; all of them where they name none, as for help. */
function doorsFor(program: Command, words: readonly string[]): CliDoors[string][] {
  const [name = ''] = program.parseOptions([...words]).operands;
  return Object.hasOwn(COMMANDS, name) ? [COMMANDS[name]] : Object.values(COMMANDS);
}

function terminalOf(program: Command, output: Output): Terminal {
  const streams = { output, stderr: process.stderr, elapsed: () => performance.now() };
  return createTerminal(streams, program.opts<{ json?: boolean }>().json === true);
}

/** Opens the application for one command and closes it whatever happens. */
async function runSession(
  program: Command,
  output: Output,
  work: (session: CliSession) => Promise<number | void>,
): Promise<void> {
  const { database } = program.opts<{ database?: string }>();
  const [{ openApplication }, { readConfig, settingsOf }] = await Promise.all([
    import('./application.ts'), // help and refusals of words do not wait for it
    import('../config/index.ts'),
  ]);
  const config = readConfig(database === undefined ? {} : { databaseUrl: database });
  const terminal = terminalOf(program, output);
  const application = await openApplication({
    databaseUrl: config.databaseUrl,
    changesKept: config.changesKept,
    schedulesFolder: config.schedulesFolder,
    providers: config.providers,
    settings: settingsOf(config),
    onMessage: () => undefined,
    onClockSkew: (provider, skewMs) =>
      terminal.note(
        `This machine's clock is ${Math.round(Math.abs(skewMs) / 1_000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} that of ${provider}, which decides; set it right.`,
      ),
    onBackgroundError: (error) => terminal.note(`In the background: ${asPocketQuantError(error).message}`),
  });
  if (application.database.warning !== undefined) terminal.note(application.database.warning);
  const interrupt = new AbortController();
  const stopListening = whenToldToEnd(() => {
    terminal.note('Stopping at the next good place; press Ctrl-C again to stop at once.');
    interrupt.abort();
  });
  try {
    const { bus, scheduler, feeds } = application;
    const exitCode = await work({
      bus,
      scheduler,
      startFeeds: () => feeds.start(),
      terminal,
      signal: AbortSignal.any([interrupt.signal, output.ended]),
      elapsed: () => performance.now(),
    });
    process.exitCode = exitCode ?? 0;
  } finally {
    terminal.endProgress();
    stopListening();
    await application.close();
  }
}

function fail(error: PocketQuantError, terminal: Terminal): void {
  const { code, message, errors, exitCode } = error;
  if (terminal.isJson) process.stderr.write(`${JSON.stringify({ code, message, errors: errors ?? [] })}\n`);
  else {
    terminal.note(`pocketquant: ${message} (${code})`);
    for (const fault of errors?.slice(1) ?? []) terminal.note(`  ${fault.path} ${fault.message}`);
    if (error instanceof InvariantError)
      terminal.note(String(error.cause instanceof Error ? error.cause.stack : error.stack));
  }
  process.exitCode = exitCode;
}
