import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

const SECRETS = [
  'authorization',
  'cookie',
  '*.authorization',
  '*.cookie',
  'req.headers.authorization',
  'req.headers.cookie',
];
/** User and password of a URL, as `mongodb://user:password@host` has them. */
const CREDENTIALS = /(?<=\/\/)[^\s/@"\\]+@/g;
const STANDARD_ERROR = 2;

/** JSON lines to standard error, as standard output is for data; what may be secret is left out. */
export function createLogger(
  level: string,
  destination: DestinationStream = pino.destination({ fd: STANDARD_ERROR, sync: true }),
): Logger {
  return pino(
    {
      level,
      redact: { paths: SECRETS, remove: true },
      base: null,
      // Over the whole line: messages and stacks of drivers quote URLs as well.
      hooks: { streamWrite: (line) => line.replaceAll(CREDENTIALS, '…@') },
    },
    destination,
  );
}
