import { readFileSync, statSync } from 'node:fs';
import { parseEnv } from 'node:util';
import Type, { type Static } from 'typebox';
import { Check, Clean, Default, Errors } from 'typebox/value';
import { invalidInput, InvalidRequestError } from '../platform/errors/index.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Vendors that can be reached elsewhere or with a key, and what each takes. */
export const PROVIDER_VARIABLES = {
  ALPACA: ['URL', 'WS_URL', 'KEY', 'SECRET', 'FEED'],
  BINANCE: ['URL', 'WS_URL'],
  CCXT: ['EXCHANGES'],
  FILES: ['FOLDER', 'SPEED'],
  TRADINGVIEW: ['URL', 'WS_URL', 'KEY'],
  YAHOO: ['URL', 'USER_AGENT'],
} as const;

/** Where a vendor is and how to get in; what is absent has the vendor's own default. Keys are never logged. */
export interface ProviderConfig {
  readonly url?: string;
  readonly wsUrl?: string;
  readonly key?: string;
  readonly secret?: string;
  /** Which of the vendor's sources. */
  readonly feed?: string;
  /** Names of ccxt's exchanges with commas in between. */
  readonly exchanges?: string;
  /** A folder of bar files. */
  readonly folder?: string;
  /** How many times faster than it happened files are replayed. */
  readonly speed?: number;
  /** The browser that we call ourselves. */
  readonly userAgent?: string;
}

/** Every variable the product reads, with a default that is safe. Explained in `docs/reference/configuration.md`. */
export const Environment = Type.Object({
  DATABASE_URL: Type.Optional(Type.String({ minLength: 1 })),
  /** Taken where DATABASE_URL is unset. */
  MONGODB_URI: Type.Optional(Type.String({ minLength: 1 })),
  HOST: Type.String({ minLength: 1, default: '127.0.0.1' }),
  POCKETQUANT_HOSTS: listOf('[A-Za-z0-9._-]+', 'names separated by commas, without ports, such as quant.example.com'),
  POCKETQUANT_ORIGINS: listOf(
    'https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?',
    'origins separated by commas, such as https://charts.example.com',
  ),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 8765 }),
  LOG_LEVEL: Type.Enum(LOG_LEVELS, { default: 'info' }),
  POCKETQUANT_MAX_BODY_BYTES: Type.Integer({ minimum: 1_024, maximum: 1_073_741_824, default: 4_194_304 }),
  POCKETQUANT_MAX_IMPORT_BYTES: Type.Integer({ minimum: 1_024, maximum: 1_099_511_627_776, default: 1_073_741_824 }),
  POCKETQUANT_CACHE_BYTES: Type.Integer({ minimum: 0, maximum: 17_179_869_184, default: 67_108_864 }),
  REDIS_URL: Type.Optional(
    Type.String({ pattern: '^rediss?://', description: 'a URL such as redis://localhost:6379' }),
  ),
  POCKETQUANT_CHANGES_KEPT: Type.Integer({ minimum: 1_000, default: 1_000_000 }),
  POCKETQUANT_STREAM_CLIENTS: Type.Integer({ minimum: 0, maximum: 100_000, default: 2_000 }),
  POCKETQUANT_SCHEDULES: Type.Optional(Type.String({ minLength: 1 })),
  ...providerVariables(),
});
type Environment = Static<typeof Environment>;

function listOf(pattern: string, description: string) {
  return Type.Optional(
    Type.String({ pattern: `^\\s*${pattern}\\s*(,\\s*${pattern}\\s*)*$`, maxLength: 10_000, description }),
  );
}

/** The parts in lower case. */
function partsOf(list: string | undefined): readonly string[] {
  return list === undefined ? [] : list.split(',').map((part) => part.trim().toLowerCase());
}

function providerVariables() {
  const names = Object.entries(PROVIDER_VARIABLES).flatMap(([provider, options]) =>
    options.map((option) => `POCKETQUANT_${provider}_${option}`),
  );
  const texts = Object.fromEntries(
    names.map((name) => [name, Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 }))]),
  );
  const speed = Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 });
  const header = Type.String({ pattern: '^[\\x21-\\x7e][\\x20-\\x7e]*$', maxLength: 500 });
  return {
    ...texts,
    POCKETQUANT_FILES_SPEED: Type.Optional(speed),
    POCKETQUANT_YAHOO_USER_AGENT: Type.Optional(header),
  };
}

export const DEFAULT_DATABASE = 'file:./pocketquant-data/pocketquant.db';

export interface Config {
  readonly databaseUrl: string;
  readonly host: string;
  /** Names besides `host`, localhost and addresses that the server answers by, in lower case. */
  readonly hosts: readonly string[];
  /** Origins of pages elsewhere that may use the server. */
  readonly origins: readonly string[];
  readonly port: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** Largest request body that is read. */
  readonly maxBodyBytes: number;
  /** Largest file that is taken by `POST /imports`. */
  readonly maxImportBytes: number;
  /** Most bytes of pages that are kept ready in memory; 0 keeps none. */
  readonly cacheBytes: number;
  /** A cache that several processes share; may hold a password. */
  readonly redisUrl: string | undefined;
  /** How many changes the feed keeps. */
  readonly changesKept: number;
  /** Most clients that have streams open at a time. */
  readonly streamClients: number;
  /** A folder of schedules beside those that ship. */
  readonly schedulesFolder: string | undefined;
  /** By name of the provider. */
  readonly providers: Readonly<Record<string, ProviderConfig>>;
}

/** What the command line said; it goes before the environment. */
export type ConfigOverrides = { readonly [Name in OverridableName]?: Config[Name] | undefined };
type OverridableName = Exclude<keyof Config, 'providers' | 'hosts' | 'origins'>;

/** The variable of each option. */
export const VARIABLES = {
  databaseUrl: 'DATABASE_URL',
  host: 'HOST',
  port: 'PORT',
  logLevel: 'LOG_LEVEL',
  maxBodyBytes: 'POCKETQUANT_MAX_BODY_BYTES',
  maxImportBytes: 'POCKETQUANT_MAX_IMPORT_BYTES',
  cacheBytes: 'POCKETQUANT_CACHE_BYTES',
  redisUrl: 'REDIS_URL',
  changesKept: 'POCKETQUANT_CHANGES_KEPT',
  streamClients: 'POCKETQUANT_STREAM_CLIENTS',
  schedulesFolder: 'POCKETQUANT_SCHEDULES',
} as const satisfies Record<OverridableName, string>;

/**
 * Configuration from the command line, then the environment, then a `.env` file in the working directory.
 * @throws InvalidRequestError `INVALID_CONFIG` that lists what is wrong
 */
export function readConfig(overrides: ConfigOverrides = {}, variables: NodeJS.ProcessEnv = process.env): Config {
  const all = { ...readEnvFile(), ...variables };
  refuseUnknown(all);
  const environment = validated({ ...all, ...asVariables(overrides) });
  return {
    databaseUrl: environment.DATABASE_URL ?? environment.MONGODB_URI ?? DEFAULT_DATABASE,
    host: environment.HOST,
    hosts: partsOf(environment.POCKETQUANT_HOSTS),
    origins: partsOf(environment.POCKETQUANT_ORIGINS).map(originOf),
    port: environment.PORT,
    logLevel: environment.LOG_LEVEL,
    maxBodyBytes: environment.POCKETQUANT_MAX_BODY_BYTES,
    maxImportBytes: environment.POCKETQUANT_MAX_IMPORT_BYTES,
    cacheBytes: environment.POCKETQUANT_CACHE_BYTES,
    redisUrl: environment.REDIS_URL,
    changesKept: environment.POCKETQUANT_CHANGES_KEPT,
    streamClients: environment.POCKETQUANT_STREAM_CLIENTS,
    schedulesFolder: environment.POCKETQUANT_SCHEDULES,
    providers: providersOf(environment),
  };
}

function providersOf(environment: Readonly<Record<string, unknown>>): Record<string, ProviderConfig> {
  return Object.fromEntries(
    Object.entries(PROVIDER_VARIABLES).map(([provider, options]) => [
      provider.toLowerCase(),
      Object.fromEntries(
        options.flatMap((option) => {
          const value = environment[`POCKETQUANT_${provider}_${option}`];
          return value === undefined ? [] : [[fieldOf(option), value]];
        }),
      ),
    ]),
  );
}

/** `USER_AGENT` is `userAgent`. */
export function fieldOf(option: string): keyof ProviderConfig {
  return option.toLowerCase().replaceAll(/_[a-z]/g, (part) => part.slice(1).toUpperCase()) as keyof ProviderConfig;
}

/** What the command line said, by the names of the variables, so that both are checked alike. */
function asVariables(overrides: ConfigOverrides): Record<string, unknown> {
  const given = Object.entries(VARIABLES).map(([option, variable]) => [variable, overrides[option as OverridableName]]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function readEnvFile(): NodeJS.Dict<string> {
  return statSync('.env', { throwIfNoEntry: false })?.isFile() === true ? parseEnv(readFileSync('.env', 'utf8')) : {};
}

function validated(variables: Record<string, unknown>): Environment {
  const environment = Clean(Environment, Default(Environment, withNumbers(variables)));
  if (Check(Environment, environment)) return environment;
  const faults = Errors(Environment, environment);
  const { message, errors = [] } = invalidInput('The configuration', faults, { schema: Environment });
  throw new InvalidRequestError('INVALID_CONFIG', message, { errors });
}

function originOf(text: string): string {
  const origin = URL.parse(text)?.origin;
  if (origin !== undefined) return origin;
  throw new InvalidRequestError('INVALID_CONFIG', `POCKETQUANT_ORIGINS: ${text} is not an origin`);
}

const NUMBER_TEXT: Readonly<Record<string, RegExp | undefined>> = { integer: /^-?\d+$/, number: /^-?\d+(\.\d+)?$/ };

/**
 * Digits are numbers where a number is expected. What else JavaScript takes for one, `0x10`, `1e3` and spaces, is more
 * likely a slip, and stays a text that is refused.
 */
function withNumbers(variables: Record<string, unknown>): Record<string, unknown> {
  const numbers = Object.entries(Environment.properties).flatMap(([name, schema]) => {
    const { type = '' } = schema as { readonly type?: string };
    const text = String(variables[name]);
    return NUMBER_TEXT[type]?.test(text) === true ? [[name, Number(text)]] : [];
  });
  return { ...variables, ...Object.fromEntries(numbers) };
}

/** A mistyped name must not pass in silence. */
function refuseUnknown(variables: NodeJS.Dict<string>): void {
  const known = Object.keys(Environment.properties);
  const unknown = Object.keys(variables).filter((name) => name.startsWith('POCKETQUANT_') && !known.includes(name));
  if (unknown.length === 0) return;
  const ours = known.filter((name) => name.startsWith('POCKETQUANT_')).join(', ');
  throw new InvalidRequestError('INVALID_CONFIG', `Unknown variable ${unknown.join(', ')}; known are ${ours}`);
}
