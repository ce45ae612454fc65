import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { envSchema } from 'env-schema';
import Type, { type Static } from 'typebox';
import { invalidInput, InvalidRequestError, type SchemaFault } from '../platform/errors/index.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Every variable the product reads, with a default that is safe. Explained in `docs/reference/configuration.md`. */
const Environment = Type.Object({
  DATABASE_URL: Type.Optional(Type.String({ minLength: 1 })),
  /** Taken where DATABASE_URL is unset. */
  MONGODB_URI: Type.Optional(Type.String({ minLength: 1 })),
  HOST: Type.String({ minLength: 1, default: '127.0.0.1' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 8765 }),
  LOG_LEVEL: Type.Enum(LOG_LEVELS, { default: 'info' }),
  POCKETQUANT_MAX_BODY_BYTES: Type.Integer({ minimum: 1_024, maximum: 1_073_741_824, default: 4_194_304 }),
  POCKETQUANT_CHANGES_KEPT: Type.Integer({ minimum: 1_000, default: 1_000_000 }),
});
type Environment = Static<typeof Environment>;

const DEFAULT_DATABASE = 'file:./pocketquant-data/pocketquant.db';

export interface Config {
  readonly databaseUrl: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** Largest request body that is read. */
  readonly maxBodyBytes: number;
  /** How many changes the feed keeps. */
  readonly changesKept: number;
}

/** What the command line said; it goes before the environment. */
export type ConfigOverrides = { readonly [Name in keyof Config]?: Config[Name] | undefined };

const VARIABLES = {
  databaseUrl: 'DATABASE_URL',
  host: 'HOST',
  port: 'PORT',
  logLevel: 'LOG_LEVEL',
  maxBodyBytes: 'POCKETQUANT_MAX_BODY_BYTES',
  changesKept: 'POCKETQUANT_CHANGES_KEPT',
} as const satisfies Record<keyof Config, keyof Environment>;

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
    port: environment.PORT,
    logLevel: environment.LOG_LEVEL,
    maxBodyBytes: environment.POCKETQUANT_MAX_BODY_BYTES,
    changesKept: environment.POCKETQUANT_CHANGES_KEPT,
  };
}

/** What the command line said, by the names of the variables, so that both are checked alike. */
function asVariables(overrides: ConfigOverrides): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [option, variable] of Object.entries(VARIABLES)) {
    const value = overrides[option as keyof Config];
    if (value !== undefined) given[variable] = value;
  }
  return given;
}

function readEnvFile(): NodeJS.Dict<string> {
  return existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
}

function validated(variables: Record<string, unknown>): Environment {
  try {
    return envSchema<Environment>({ schema: Environment, data: variables, env: false });
  } catch (error) {
    const { errors: faults } = error as { readonly errors?: readonly SchemaFault[] };
    if (faults === undefined) throw error;
    const { message, errors = [] } = invalidInput('The configuration', faults);
    throw new InvalidRequestError('INVALID_CONFIG', message, { errors, cause: error });
  }
}

/** A mistyped name must not pass in silence. */
function refuseUnknown(variables: NodeJS.Dict<string>): void {
  const known = Object.keys(Environment.properties);
  const unknown = Object.keys(variables).filter((name) => name.startsWith('POCKETQUANT_') && !known.includes(name));
  if (unknown.length === 0) return;
  const ours = known.filter((name) => name.startsWith('POCKETQUANT_')).join(', ');
  throw new InvalidRequestError('INVALID_CONFIG', `Unknown variable ${unknown.join(', ')}; known are ${ours}`);
}
