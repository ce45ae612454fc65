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
const STANDARD_ERROR = 2;

/** JSON lines to standard error, as standard output is for data; what may be secret is left out. */
export function createLogger(
  level: string,
  destination: DestinationStream = pino.destination({ fd: STANDARD_ERROR, sync: true }),
): Logger {
  return pino({ level, redact: { paths: SECRETS, remove: true }, base: null }, destination);
}
