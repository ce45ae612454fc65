import { isTrading, type TrackedHours } from '../../../market/index.ts';
import type { LiveData } from '../../../providers/contract/index.ts';
import type { LiveInstrument } from './live-instrument.ts';

/** An instrument of a connection. */
export type Carried = Pick<LiveInstrument, 'heardMoment' | 'isRefused'> & { readonly fed: TrackedHours };

/** How long nothing came in, and no data of a market that never closes; `now` by the vendor's clock, UTC epoch ms. */
export interface Silence {
  readonly silentForMs: number;
  readonly quietForMs: number;
  readonly now: number;
}

/** A connection on which nothing moves while a market is open all the time is dead. @returns `undefined` if it is not */
export function deadBecause(
  { silenceMs, quietMs = Infinity }: Pick<LiveData, 'silenceMs' | 'quietMs'>,
  { silentForMs, quietForMs, now }: Silence,
  carried: readonly Carried[],
): string | undefined {
  if (quietForMs >= quietMs) return `Only heartbeats came in for ${quietMs} ms`;
  if (silentForMs < silenceMs) return undefined;
  const isOpen = carried.some(
    ({ fed: { schedule, sessions } }) =>
      schedule === undefined || (isTrading(schedule, sessions, now - silenceMs) && isTrading(schedule, sessions, now)),
  );
  return isOpen ? `Nothing came in for ${silenceMs} ms` : undefined;
}

/** When data last came of markets that never close, by `elapsed`; `undefined` where there is none to wait for. */
export function alwaysOpenHeardAt(carried: readonly Carried[]): number | undefined {
  const awaited = carried.filter(({ fed, isRefused }) => fed.schedule?.neverCloses === true && !isRefused);
  if (awaited.length === 0) return undefined;
  return Math.max(...awaited.map(({ heardMoment = -Infinity }) => heardMoment));
}
