import { Worker } from 'node:worker_threads';
import { StoreError, type ErrorCode } from '../../errors/index.ts';
import { DuplicateKeyError, type AppliedCounts } from '../duplicate-key.ts';
import { deserializeDocument, serializeForTransfer } from './documents.ts';
import { UnsupportedOperationError } from './operators.ts';
import { NOTHING, type WriteOperation, type WriteResult } from './write-operations.ts';

/** Operations on one collection, as BSON in memory that moves to the worker. */
export interface WriteRequest {
  readonly id: number;
  readonly collection: string;
  readonly operations: Uint8Array;
  readonly order: WriteOrder;
}

/** Whether the operations of one request stop at the first that fails. */
export type WriteOrder = 'ordered' | 'unordered';

/** An answer after the commit: results as BSON, or what failed. */
export interface WriteReply {
  readonly id: number;
  readonly results?: Uint8Array<ArrayBuffer>;
  readonly failure?: WriteFailure;
}

export type WriteFailure =
  | { readonly kind: 'store'; readonly code: ErrorCode; readonly message: string }
  | {
      readonly kind: 'duplicate';
      readonly message: string;
      readonly duplicates: readonly number[];
      readonly applied: AppliedCounts;
    }
  | { readonly kind: 'other'; readonly name: string; readonly message: string };

/** Hands writes to the worker thread that owns the writing connection. */
export interface Writer extends StartedWriter {
  /** Whether its thread has the file open. */
  readonly isStarted: boolean;
}

interface StartedWriter {
  /**
   * Applies operations, each by itself; without an order, one that fails does not stop the others. Resolves when all is on disk.
   * @throws DuplicateKeyError, UnsupportedOperationError, StoreError
   */
  write(collection: string, operations: readonly WriteOperation[], order?: WriteOrder): Promise<readonly WriteResult[]>;
  /** Finishes what waits, folds the write-ahead log into the file and ends the thread. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(results: readonly WriteResult[]): void;
  reject(error: Error): void;
}

/** Starts the thread with the first write: many who open a database only read, which takes less time than it does. */
export function writerWhenUsed(path: string): Writer {
  let started: StartedWriter | undefined;
  let isClosed = false;
  return {
    get isStarted() {
      return started !== undefined;
    },
    write(collection, operations, order) {
      if (isClosed && started === undefined) return Promise.reject(closedDatabase(path));
      return (started ??= startWriter(path)).write(collection, operations, order);
    },
    async close() {
      isClosed = true;
      await started?.close();
    },
  };
}

function startWriter(path: string): StartedWriter {
  const worker = new Worker(new URL(`./writer-worker${import.meta.url.slice(-3)}`, import.meta.url), {
    workerData: { path },
    execArgv: [], // what Node was told of the main program is not meant for this one
  });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let isClosed = false;
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));

  // Only work that somebody waits for keeps the process alive: writes, and closing.
  worker.unref();
  worker.on('message', ({ id, results, failure }: WriteReply) => {
    const request = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0 && !isClosed) worker.unref();
    if (failure !== undefined) request?.reject(errorOf(failure));
    else request?.resolve(resultsOf(results));
  });
  worker.on('error', (error) =>
    failAll(new StoreError('DATABASE_UNAVAILABLE', `The writer of ${path} ended: ${error.message}`, { cause: error })),
  );
  worker.on('exit', () => failAll(closedDatabase(path)));

  function failAll(error: Error): void {
    isClosed = true;
    for (const request of waiting.values()) request.reject(error);
    waiting.clear();
  }

  return {
    write(collection, list, order = 'unordered') {
      if (isClosed) return Promise.reject(closedDatabase(path));
      return new Promise((resolve, reject) => {
        const operations = serializeForTransfer({ list });
        const id = ++lastId;
        waiting.set(id, { resolve, reject });
        worker.ref();
        worker.postMessage({ id, collection, operations, order } satisfies WriteRequest, [operations.buffer]);
      });
    },
    async close() {
      if (!isClosed) {
        isClosed = true;
        worker.ref();
        worker.postMessage('close');
      }
      await ended;
    },
  };
}

const closedDatabase = (path: string): StoreError =>
  new StoreError('DATABASE_UNAVAILABLE', `The database ${path} is closed`);

/** Of a file that cannot be written. Indexes are for speed alone: reading is right without them. */
export function refusingWriter(path: string): Writer {
  return {
    isStarted: false,
    write(_collection, operations) {
      if (operations.every(({ kind }) => kind === 'index')) return Promise.resolve(operations.map(() => NOTHING));
      return Promise.reject(
        new StoreError(
          'DATABASE_READ_ONLY',
          `${path} is read-only; copy it to another disk, or make the file and its folder writable`,
        ),
      );
    },
    close: () => Promise.resolve(),
  };
}

function resultsOf(bytes: Uint8Array | undefined): readonly WriteResult[] {
  return bytes === undefined ? [] : (deserializeDocument(bytes) as unknown as { list: readonly WriteResult[] }).list;
}

function errorOf(failure: WriteFailure): Error {
  switch (failure.kind) {
    case 'store':
      return new StoreError(failure.code, failure.message);
    case 'duplicate':
      return new DuplicateKeyError(failure.message, failure.duplicates, failure.applied);
    case 'other':
      return failure.name === 'UnsupportedOperationError'
        ? new UnsupportedOperationError(failure.message)
        : new Error(failure.message);
  }
}
