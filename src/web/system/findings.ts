import type { Answer } from '../../client/index.ts';
import { spanText } from '../format/time.ts';
import type { Tone } from '../parts/told.tsx';

export type Health = Answer<'getHealth'>;

/** Something that is not as it should be, and what to do. */
export interface Finding {
  readonly tone: Tone;
  readonly text: string;
  readonly advice: string;
}

type Provider = Health['providers'][number];

/** What is wrong, the worst first; nothing where all is well. */
export function findingsOf(
  { checks, providers, cache, clock }: Health,
  timeOf: (at: string) => string,
): readonly Finding[] {
  return [
    ...checks.filter(({ ok }) => !ok).map(ofCheck),
    ...(cache.shared === 'down' ? [REDIS_DOWN] : []),
    ...providers.flatMap((provider) => ofProvider(provider, timeOf)),
    ...(clock.lastJump === null ? [] : [ofJump(clock.jumps, clock.lastJump, timeOf)]),
  ];
}

function ofCheck({ name, detail }: Health['checks'][number]): Finding {
  return {
    tone: 'bad',
    text: `The ${name} cannot be used: ${detail}`,
    advice: 'See that it runs and can be reached. The server tries again by itself.',
  };
}

const REDIS_DOWN: Finding = {
  tone: 'warn',
  text: 'Redis does not answer',
  advice:
    'Each process keeps a cache of its own, and quotes do not cross processes. See that REDIS_URL is right and Redis runs.',
};

function ofProvider(
  { name, breaker, pausedUntil, clock, clockSkewMs }: Provider,
  timeOf: (at: string) => string,
): Finding[] {
  const findings: Finding[] = [];
  const until = pausedUntil === null ? '' : ` until ${timeOf(pausedUntil)}`;
  if (breaker === 'open')
    findings.push({
      tone: 'warn',
      text: `${name} failed many times and is not asked${until}`,
      advice: 'It is tried again by itself. See whether the provider is down, or this machine is offline.',
    });
  else if (pausedUntil !== null)
    findings.push({
      tone: 'warn',
      text: `${name} wants no requests${until}`,
      advice: 'Jobs wait for that by themselves.',
    });
  if (clock === 'skewed' && clockSkewMs !== null)
    findings.push({
      tone: 'warn',
      text: `This machine's clock is ${spanText(Math.abs(clockSkewMs))} ${clockSkewMs > 0 ? 'ahead of' : 'behind'} that of ${name}`,
      advice: "Set the clock, or have it set by NTP. Until then the provider's decides which bars are final.",
    });
  return findings;
}

function ofJump(
  jumps: number,
  { at, byMs }: NonNullable<Health['clock']['lastJump']>,
  timeOf: (at: string) => string,
): Finding {
  const times = jumps === 1 ? 'once' : `${jumps} times`;
  return {
    tone: 'warn',
    text: `This machine's clock was set ${times} since the server started, last at ${timeOf(at)} ${byMs < 0 ? 'back' : 'forward'} by ${spanText(Math.abs(byMs))}`,
    advice: 'Or the machine slept. If neither is known to you, see that the clock is kept by NTP.',
  };
}
