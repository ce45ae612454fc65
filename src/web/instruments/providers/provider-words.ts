import type { Answer } from '../../../client/index.ts';
import type { Tone } from '../../parts/told.tsx';

export type Provider = Answer<'getProviders'>['providers'][number];
export type Feed = Answer<'getFeeds'>['feeds'][number];
type Setting = Answer<'getConfiguration'>['settings'][number];

export interface Words {
  readonly text: string;
  readonly tone: Tone;
}

const FEED_STATES: Readonly<Record<string, Words>> = {
  stopped: { text: 'Stopped', tone: 'plain' },
  waiting: { text: 'Waits for a subscription or a process', tone: 'plain' },
  connecting: { text: 'Connecting', tone: 'plain' },
  live: { text: 'Live', tone: 'good' },
  disconnected: { text: 'Disconnected; connects again', tone: 'bad' },
};

export function feedText(state: string): Words {
  return FEED_STATES[state] ?? { text: state, tone: 'plain' };
}

/** Whether a provider can be asked now. @param timeOf how a moment is written */
export function readinessText({ state, key, hasKey }: Provider, timeOf: (at: string) => string): Words {
  if (key === 'needed' && !hasKey) return { text: 'Needs a key', tone: 'warn' };
  if (state === null) return { text: 'Ready', tone: 'good' };
  if (state.breaker === 'open') return { text: 'Left alone for a while after many failures', tone: 'bad' };
  if (state.breaker === 'halfOpen') return { text: 'One request tries whether it answers again', tone: 'warn' };
  if (state.pausedUntil !== null) return { text: `Paused until ${timeOf(state.pausedUntil)}`, tone: 'warn' };
  return { text: 'Ready', tone: 'good' };
}

const BASES: Readonly<Record<Provider['basis'], string>> = {
  raw: 'as traded',
  split: 'adjusted for splits',
  mixed: 'some as traded, some adjusted',
};

export function basisText(basis: Provider['basis']): string {
  return BASES[basis];
}

const SECRETS: ReadonlySet<unknown> = new Set(['set', 'unset']);

/** The environment variables that hold the keys of a provider. */
export function keyVariables(provider: string, settings: readonly Setting[]): readonly string[] {
  const start = `POCKETQUANT_${provider.toUpperCase()}_`;
  return settings
    .filter(({ variable, value }) => variable.startsWith(start) && SECRETS.has(value))
    .map(({ variable }) => variable);
}

export function keyText({ key, hasKey }: Pick<Provider, 'key' | 'hasKey'>, variables: readonly string[]): string {
  if (key === 'none') return 'none needed';
  const names = variables.join(' and ');
  if (hasKey) return `set, by ${names}`;
  return key === 'needed'
    ? `needed for some of what it has; set ${names} and start the server again`
    : `none; ${names} may be set for more`;
}
