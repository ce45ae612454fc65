import type { Job } from './job.ts';

const ADVICE: Readonly<Record<string, string>> = {
  PROVIDER_UNAVAILABLE: 'If it lasts, see whether the provider is down or this machine is offline.',
  PROVIDER_TIMEOUT: 'If it lasts, fetch a shorter range: it is answered sooner.',
  PROVIDER_RATE_LIMITED: 'The provider wants fewer requests.',
  PROVIDER_ANSWER_INVALID: 'If it lasts, take another provider.',
  PROVIDER_REFUSED:
    'Set the key that the message names and restart the server, or take another provider. The System page shows which keys are set.',
  PROVIDER_SYMBOL_UNKNOWN:
    "Look for the provider's own code and name it as an alias of the instrument (Instruments page), or take another provider.",
  PROVIDER_OUT_OF_REACH: 'Fetch a larger interval or a later range, or take another provider.',
  PROVIDER_INTERVAL_UNKNOWN: 'Take another interval or another provider.',
  UNKNOWN_PROVIDER: 'The provider is not set up on this server any more. Fetch again from another one.',
  OTHER_PRICE_BASIS: 'Delete the stored bars and fetch again, or take a provider whose prices mean the same.',
  OTHER_CURRENCY: "Correct the instrument's currency, or delete the stored bars and fetch again.",
  PRICE_BASIS_CHANGED: 'Delete the bars that the message names and fetch again, or take another provider.',
  UNIT_JUMP:
    'Nothing was stored from there on. If the market did move by that much, accept it with the button below; else take another provider.',
  WRITE_CONFLICT: 'Another process wrote the same bars. Retry.',
  DATABASE_UNAVAILABLE: 'See that the database runs and can be reached, then retry. Nothing is stored twice.',
  DATABASE_BUSY: 'Stop the other process that holds the database file, or wait; then retry.',
  DATABASE_FULL: 'Make room on the disk, then retry.',
  TEMPORARY_SPACE_FULL: 'Make room in the folder for temporary files, then retry.',
  DATABASE_DAMAGED: 'Keep a copy of the database, then run "pocketquant verify" and "pocketquant doctor".',
  DATABASE_READ_ONLY: 'Make the database file writable, or copy it to another disk.',
  DATABASE_TOO_NEW: 'Update PocketQuant: a newer one wrote the database.',
  DATABASE_ANSWER_INVALID: 'Retry: nothing is stored twice. If it lasts, use another database server.',
  CHUNK_DAMAGED: 'Run "pocketquant doctor": it says what is damaged and what to do.',
  OVERLOADED: 'Wait a moment, then retry.',
  UPLOAD_GONE: 'Import the file again: what was stored of it stays.',
  FILE_DAMAGED: 'Get the file again and import it: bars before the damage are stored.',
  FILE_ENCRYPTED: 'Unpack the file with its password, then import what it holds.',
  INTERNAL: "This is a bug in PocketQuant. The server's log tells more of it; please report it.",
};

/** Of a file that is not understood: the message names what decides. */
const OF_A_FILE = 'Import the file again with the option that the message names.';
const ELSE = 'Retry. If it fails again, the log of the server tells more.';

/** What may pass, so that waiting helps. */
const PASSING: ReadonlySet<string> = new Set([
  'PROVIDER_UNAVAILABLE',
  'PROVIDER_TIMEOUT',
  'PROVIDER_RATE_LIMITED',
  'PROVIDER_ANSWER_INVALID',
]);

/** What to do about an error of a job. */
export function adviceOfCode(code: string, { kind, state }: Pick<Job, 'kind' | 'state'>): string {
  const advice = ADVICE[code] ?? (kind === 'import' ? OF_A_FILE : ELSE);
  if (state === 'waiting') return `It is tried again by itself. ${PASSING.has(code) ? advice : ''}`.trim();
  return PASSING.has(code) ? `Wait, then retry. ${advice}` : advice;
}

const OF_THE_SERVER = /^(DATABASE|CHUNK|WRITE|OVERLOADED|INTERNAL)/;

/** Whether the same work can be tried again. Of an import the file is gone once it has ended, unless the server failed. */
export function canRetry({ kind, state, error }: Job): boolean {
  if (state === 'waiting' || state === 'running' || state === 'completed') return false;
  return kind !== 'import' || (state === 'failed' && error !== null && OF_THE_SERVER.test(error.code));
}
