import { PocketQuantError, StoreError } from '../errors/index.ts';

// The driver is loaded only where it is used, so its errors are known by their names.
const CONNECTION_ERRORS =
  /^Mongo(Network|NetworkTimeout|ServerSelection|WaitQueueTimeout|Topology\w*|NotConnected|PoolCleared\w*|OperationTimeout)Error$/;
const CREDENTIALS = /\/\/[^@/\s]*@/g;

/** Trouble with the database as an error that says who must act; `undefined` if it is something else. */
export function asStoreError(thrown: unknown): PocketQuantError | undefined {
  if (thrown instanceof PocketQuantError) return thrown;
  if (!(thrown instanceof Error) || !thrown.name.startsWith('Mongo')) return undefined;
  const message = thrown.message.replaceAll(CREDENTIALS, '//');
  const words = CONNECTION_ERRORS.test(thrown.name)
    ? `The database does not answer: ${message}; check that it runs and that DATABASE_URL is right`
    : `The database refused: ${message}`;
  return new StoreError('DATABASE_UNAVAILABLE', words, { cause: thrown });
}
