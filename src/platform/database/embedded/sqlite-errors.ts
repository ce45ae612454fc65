import { StoreError } from '../../errors/index.ts';

// Primary result codes of SQLite, see https://sqlite.org/rescode.html
const ERROR = 1;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const CONSTRAINT = 19;
const NOTADB = 26;

/** Statements name what is there: where a name is not, the schema was altered. */
const NO_SUCH = /^no such (table|column|index)/;

interface SqliteError {
  readonly errcode?: unknown;
  readonly message: string;
}

function primaryCode(error: unknown): number | undefined {
  const errcode = error instanceof Error ? (error as SqliteError).errcode : undefined;
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** Whether a unique key exists already. */
export function isConstraintError(error: unknown): boolean {
  return primaryCode(error) === CONSTRAINT;
}

/** SQLite's trouble with a file as an error that says what to do; anything else as it is. */
export function fileError(error: unknown, path: string): unknown {
  const words = wordsFor(primaryCode(error), path, error instanceof Error ? error.message : '');
  return words === undefined ? error : new StoreError(words.code, words.message, { cause: error });
}

function wordsFor(code: number | undefined, path: string, detail: string) {
  switch (code === ERROR && NO_SUCH.test(detail) ? CORRUPT : code) {
    case BUSY:
    case LOCKED:
      return {
        code: 'DATABASE_BUSY',
        message: `Another process kept ${path} locked; try again, or stop that process`,
      } as const;
    case FULL:
      return {
        code: 'DATABASE_FULL',
        message: `The disk that holds ${path} is full; what was acknowledged is safe. Make room and try again`,
      } as const;
    case CORRUPT:
    case NOTADB:
      return {
        code: 'DATABASE_DAMAGED',
        message: `${path} is damaged or no database (${detail}). Nothing was changed: keep a copy, restore a backup, or name another file`,
      } as const;
    case CANTOPEN:
    case READONLY:
    case IOERR:
      return {
        code: 'DATABASE_UNAVAILABLE',
        message: `${path} cannot be opened or written (${detail}); check the path, its rights and the disk`,
      } as const;
    default:
      return undefined;
  }
}
