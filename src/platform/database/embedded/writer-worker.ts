import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { DuplicateKeyError, type AppliedCounts } from '../duplicate-key.ts';
import { PocketQuantError } from '../../errors/index.ts';
import { openConnection } from './connection.ts';
import { deserializeDocument, serializeForTransfer } from './documents.ts';
import { LogNote } from './log-note.ts';
import { isLogInUse, noteLog } from './schema.ts';
import { fileError, isConstraintError } from './sqlite-errors.ts';
import { TableWriter, type WriteOperation, type WriteResult } from './write-operations.ts';
import type { WriteFailure, WriteReply, WriteRequest } from './writer.ts';

/**
 * The one writer of this process. All requests that wait are applied in one transaction, so that they share a commit:
 * while one group is flushed to disk, the next gathers. Nothing is answered before its commit.
 */
if (parentPort === null) throw new Error('This is the writer of an embedded database, to be run as a worker');
const port = parentPort;
const { path } = workerData as { path: string };
const connection = openConnection(path, 'write');
const writer = new TableWriter(connection);
const note = new LogNote(path, connection);
let schemaVersion: unknown;

/** The log is folded into the file after this long without a change, so that no write waits for it. */
const QUIET_MS = 1_000;
/** Where there is always something to write, such as each second, after this long. */
const LONGEST_UNFOLDED_MS = 30_000;
const changes = connection.prepare('SELECT total_changes() AS count');
let lastCount: unknown;
let quiet: NodeJS.Timeout | undefined;
let latest: NodeJS.Timeout | undefined;
foldSoon(); // also what a process that was killed has left

port.on('message', (first: WriteRequest | 'close') => {
  if (first === 'close') return close();
  const group = [first];
  let isClosing = false;
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    if (next.message === 'close') isClosing = true;
    else group.push(next.message as WriteRequest);
  }
  commitGroup(group);
  if (isClosing) return close();
  const { count } = changes.get() ?? {};
  if (count !== lastCount) foldSoon();
  lastCount = count;
});

function foldSoon(): void {
  clearTimeout(quiet);
  quiet = setTimeout(foldLog, QUIET_MS).unref();
  latest ??= setTimeout(foldLog, LONGEST_UNFOLDED_MS).unref();
}

function commitGroup(group: readonly WriteRequest[]): void {
  try {
    if (!isLogInUse(connection)) beginLog();
    connection.exec('BEGIN IMMEDIATE');
    forgetChangedSchema();
    const replies = group.map((request) => ({ id: request.id, ...applyRequest(request) }));
    connection.exec('COMMIT');
    note.write();
    for (const reply of replies) send(reply);
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    writer.forget();
    const failure = failureOf(error, []);
    for (const { id } of group) send({ id, failure });
  }
}

/** Notes in the file itself that from here on it is whole only with its log, so that a log that is lost is missed. */
function beginLog(): void {
  noteLog(connection, true);
  connection.exec('PRAGMA wal_checkpoint(PASSIVE)');
}

/** Another process may have made an index. */
function forgetChangedSchema(): void {
  const version = connection.prepare('PRAGMA schema_version').get()?.['schema_version'];
  if (version !== schemaVersion) writer.forget();
  schemaVersion = version;
}

function applyRequest({ collection, operations, order }: WriteRequest): Omit<WriteReply, 'id'> {
  const results: WriteResult[] = [];
  const duplicates: number[] = [];
  let failure: WriteFailure | undefined;
  const { list } = deserializeDocument(operations) as unknown as { list: readonly WriteOperation[] };
  for (const [index, operation] of list.entries()) {
    try {
      results.push(writer.apply(collection, operation));
    } catch (error) {
      if (isConstraintError(error)) duplicates.push(index);
      else if (isFatal(error)) throw error;
      else failure ??= failureOf(error, []);
      if (order === 'ordered') break;
    }
  }
  if (duplicates.length > 0)
    failure ??= failureOf(new DuplicateKeyError(`in ${collection}`, duplicates, countsOf(results)), duplicates);
  return failure === undefined ? { results: serializeForTransfer({ list: results }) } : { failure };
}

function countsOf(results: readonly WriteResult[]): AppliedCounts {
  return {
    matchedCount: results.reduce((sum, { matched }) => sum + matched, 0),
    upsertedCount: results.reduce((sum, { upserted }) => sum + upserted, 0),
  };
}

/** Trouble with the file ends the whole group; a bad operation only itself. */
function isFatal(error: unknown): boolean {
  return fileError(error, path) !== error;
}

function failureOf(error: unknown, duplicates: readonly number[]): WriteFailure {
  const known = fileError(error, path);
  const message = known instanceof Error ? known.message : String(known);
  if (known instanceof PocketQuantError) return { kind: 'store', code: known.code, message };
  if (known instanceof DuplicateKeyError) {
    const { matchedCount, upsertedCount } = known;
    return { kind: 'duplicate', message, duplicates, applied: { matchedCount, upsertedCount } };
  }
  return { kind: 'other', name: known instanceof Error ? known.name : 'Error', message };
}

function send(reply: WriteReply): void {
  port.postMessage(reply, reply.results === undefined ? [] : [reply.results.buffer]);
}

/** As far as that goes without waiting for anybody. */
function foldLog(): void {
  clearTimeout(quiet);
  clearTimeout(latest);
  latest = undefined;
  try {
    connection.exec('PRAGMA wal_checkpoint(PASSIVE)');
    note.write();
  } catch (error) {
    if (!isFatal(error)) throw error; // trouble with the file is told to the next who writes
  }
}

function close(): void {
  clearTimeout(quiet);
  clearTimeout(latest);
  try {
    noteLog(connection, false);
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (!isFatal(error)) throw error; // what was acknowledged is in the log
  } finally {
    connection.close();
    note.close();
    port.close();
  }
}
