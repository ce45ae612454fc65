import { closeSync, existsSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/** How far the write-ahead log of a file goes. */
export interface LogState {
  /** Whole frames, up to the last commit. */
  readonly frames: number;
  /** Those of them that are in the file as well. */
  readonly folded: number;
  /** Another each time that the log begins anew; 0 where there is no log. */
  readonly salt: bigint;
}

// https://sqlite.org/fileformat2.html#the_write_ahead_log
const SALT_AT = 16;
const SALT_BYTES = 8;
const NOTE_BYTES = SALT_BYTES + 8;

const notePath = (path: string): string => `${path}-note`;

/**
 * Beside the file, how far its log went at the last commit: SQLite itself takes a log that was cut short for one that
 * never went further. It is not synced: after a power cut it says less than there is, never more.
 */
export class LogNote {
  private readonly path: string;
  private readonly connection: DatabaseSync;
  private file: number | undefined;
  private written: Buffer | undefined;

  constructor(path: string, connection: DatabaseSync) {
    this.path = path;
    this.connection = connection;
  }

  /** A note that cannot be written costs no more than a warning. */
  write(): void {
    try {
      const { frames, folded, salt } = logState(this.path, this.connection);
      const note = Buffer.alloc(NOTE_BYTES);
      note.writeBigUInt64LE(salt, 0);
      note.writeUInt32LE(frames, SALT_BYTES);
      note.writeUInt32LE(folded, SALT_BYTES + 4);
      if (this.written?.equals(note) === true) return;
      this.file ??= openSync(notePath(this.path), 'w');
      writeSync(this.file, note, 0, NOTE_BYTES, 0);
      this.written = note;
    } catch {
      this.written = undefined;
    }
  }

  /** Once the connection is closed: whoever was the last leaves neither a log nor a note. */
  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    if (!existsSync(`${this.path}-wal`)) rmSync(notePath(this.path), { force: true });
  }
}

/** What was noted last; `undefined` where nothing was. */
export function readLogNote(path: string): LogState | undefined {
  const note = readStart(notePath(path), NOTE_BYTES);
  return (
    note && {
      salt: note.readBigUInt64LE(0),
      frames: note.readUInt32LE(SALT_BYTES),
      folded: note.readUInt32LE(SALT_BYTES + 4),
    }
  );
}

/** What SQLite finds. */
export function logState(path: string, connection: DatabaseSync): LogState {
  const found = connection.prepare('PRAGMA wal_checkpoint(NOOP)').get();
  const salt = readStart(`${path}-wal`, SALT_AT + SALT_BYTES)?.readBigUInt64LE(SALT_AT);
  return { frames: Number(found?.['log']), folded: Number(found?.['checkpointed']), salt: salt ?? 0n };
}

/**
 * Whether commits were lost with a log, or a part of it, that is no longer there.
 * @param isInUse whether the file says that its log was in use
 */
export function isLogLost(isInUse: boolean, noted: LogState | undefined, found: LogState): boolean {
  if (!isInUse) return false;
  if (found.frames <= 0) return noted === undefined || noted.frames > noted.folded;
  return noted !== undefined && noted.salt === found.salt && found.frames < noted.frames;
}

/** The log has no locks of SQLite's, which closing a file would take away from the whole process. */
function readStart(path: string, bytes: number): Buffer | undefined {
  if (!existsSync(path)) return undefined;
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(bytes);
    return readSync(file, start) < bytes ? undefined : start;
  } finally {
    closeSync(file);
  }
}
