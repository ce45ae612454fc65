import { DEFAULT_DATABASE, Environment, fieldOf, PROVIDER_VARIABLES, VARIABLES, type Config } from './config.ts';

/** One option as it is in force. */
export interface Setting {
  /** The environment variable that sets it. */
  readonly variable: string;
  /** Of a key only whether there is one: `set` or `unset`. URLs have no user, password and query. */
  readonly value: string | number | undefined;
  readonly isDefault: boolean;
}

type Value = Setting['value'];

const SECRETS: ReadonlySet<string> = new Set(['KEY', 'SECRET']);

/** The configuration in force, without secrets, in the order of its variables. */
export function settingsOf(config: Config): readonly Setting[] {
  const options = Object.entries(VARIABLES).map(([name, variable]) =>
    settingOf(variable, config[name as keyof typeof VARIABLES]),
  );
  const lists = [
    settingOf('POCKETQUANT_HOSTS', listText(config.hosts)),
    settingOf('POCKETQUANT_ORIGINS', listText(config.origins)),
  ];
  const ofProviders = Object.entries(PROVIDER_VARIABLES).flatMap(([provider, names]) =>
    names.map((option) => {
      const value = config.providers[provider.toLowerCase()]?.[fieldOf(option)];
      const variable = `POCKETQUANT_${provider}_${option}`;
      return SECRETS.has(option) ? secretSetting(variable, value) : settingOf(variable, value);
    }),
  );
  const places = Object.keys(Environment.properties);
  return [...options, ...lists, ...ofProviders].sort((a, b) => places.indexOf(a.variable) - places.indexOf(b.variable));
}

function settingOf(variable: string, value: Value): Setting {
  const shown = typeof value === 'string' ? withoutSecrets(value) : value;
  return { variable, value: shown, isDefault: value === defaultOf(variable) };
}

function secretSetting(variable: string, value: Value): Setting {
  return { variable, value: value === undefined ? 'unset' : 'set', isDefault: value === undefined };
}

function defaultOf(variable: string): Value {
  if (variable === 'DATABASE_URL') return DEFAULT_DATABASE;
  const schemas: Readonly<Record<string, object>> = Environment.properties;
  return (schemas[variable] as { readonly default?: Value }).default;
}

function listText(parts: readonly string[]): Value {
  return parts.length === 0 ? undefined : parts.join(',');
}

/**
 * A URL without user, password, query and fragment, each of which may hold a secret. Several hosts, as MongoDB has them,
 * are kept; where a password has characters that should be escaped, too much is hidden rather than too little.
 */
function withoutSecrets(text: string): string {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/is.exec(text) ?? [];
  if (rest === undefined) return text;
  const [beforeQuery] = rest.split(/[?#]/, 1);
  if (rest.includes('@') && !beforeQuery.includes('@')) return `${scheme}…`;
  return scheme + beforeQuery.slice(beforeQuery.lastIndexOf('@') + 1);
}
