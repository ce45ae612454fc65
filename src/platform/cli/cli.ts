import type { Command } from 'commander';
import type { Bus } from '../bus/index.ts';
import type { JobScheduler } from '../scheduler/index.ts';
import type { Terminal } from './terminal.ts';

/** Exit code of a command that is done, but incomplete. */
export const INCOMPLETE = 3;

export interface CliSession {
  readonly bus: Bus;
  readonly scheduler: JobScheduler;
  /** Runs the feeds that are wanted in this process, until the session ends. */
  readonly startFeeds: () => void;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C, or when nobody reads the output any more: stop at the next good place. */
  readonly signal: AbortSignal;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
}

/** What a `.cli.ts` door is handed. */
export interface Cli {
  readonly program: Command;
  /** Opens the application, does the work, closes it. The work answers with an exit code if it is not 0. */
  run(work: (session: CliSession) => Promise<number | void>): Promise<void>;
}

/** Commands by name. What a door needs is loaded when its command is called; all are for the list of commands. */
export type CliDoors = Readonly<Record<string, () => Promise<(cli: Cli) => void>>>;
