import { PocketQuantError, StoreError } from '../errors/index.ts';
import { driverErrorOf, isFailover, type DriverError } from './failover.ts';

const NO_ANSWER = /^Mongo(ServerSelection|WaitQueueTimeout|Topology\w*|NotConnected|OperationTimeout)Error$/;
const CREDENTIALS = /\/\/\S*@/g;
/** Codes of servers. */
const NOT_ALLOWED = 13;
const NOT_LET_IN = new Set<unknown>([18, 8_000]);
const UNCONFIRMED = new Set<unknown>([64, 75, 100]);
const DISK_FULL = 14_031;
/** Seconds: about what a failover takes. */
const RETRY_AFTER = 5;

/** Trouble with the database as an error that says who must act; `undefined` if it is something else. */
export function asStoreError(thrown: unknown): PocketQuantError | undefined {
  if (thrown instanceof PocketQuantError) return thrown;
  const error = driverErrorOf(thrown);
  if (error === undefined) return undefined;
  const details = { cause: thrown, ...(mayPass(error) ? { retryAfterSeconds: RETRY_AFTER } : {}) };
  return new StoreError(error.code === DISK_FULL ? 'DATABASE_FULL' : 'DATABASE_UNAVAILABLE', wordsOf(error), details);
}

function wordsOf(error: DriverError): string {
  const message = error.message.replaceAll(CREDENTIALS, '//');
  if (isUnanswered(error))
    return `The database does not answer: ${message}; check that it runs and that DATABASE_URL is right`;
  if (isFailover(error)) return `The database was lost in the middle: ${message}; try again, nothing is stored twice`;
  if (isUnconfirmed(error))
    return `Too few of the database's servers confirmed a write: ${message}; try again, nothing is stored twice`;
  if (NOT_LET_IN.has(error.code)) return `The database refused the user or the password of DATABASE_URL: ${message}`;
  if (error.code === NOT_ALLOWED)
    return `The user of DATABASE_URL may not do this: ${message}; it needs the role readWrite`;
  return `The database refused: ${message}`;
}

function mayPass(error: DriverError): boolean {
  return isUnanswered(error) || isFailover(error) || isUnconfirmed(error);
}

function isUnanswered({ name }: DriverError): boolean {
  return NO_ANSWER.test(name);
}

function isUnconfirmed({ code }: DriverError): boolean {
  return UNCONFIRMED.has(code);
}
