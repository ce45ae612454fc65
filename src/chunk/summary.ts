import { FINAL } from '../market/index.ts';
import type { ChunkContent } from './observed-columns.ts';

/** What a chunk's document says of its bars, so that nobody needs to decode them for it. */
export interface ChunkSummary {
  readonly count: number;
  readonly finalCount: number;
  /** openTime of the first and last bar, UTC epoch ms; absent where there is none. */
  readonly first?: number;
  readonly last?: number;
}

export function summaryOf({ bars: { openTime, state } }: ChunkContent): ChunkSummary {
  const count = openTime.length;
  let finalCount = 0;
  for (let i = 0; i < count; i++) if (state[i] === FINAL) finalCount++;
  return count === 0 ? { count, finalCount } : { count, finalCount, first: openTime[0], last: openTime[count - 1] };
}

/** openTime of the oldest and the newest bar, UTC epoch ms; absent where there is none. */
export type Edges = Pick<ChunkSummary, 'first' | 'last'>;

/** The outermost of all. */
export function edgesOf(parts: readonly Edges[]): Edges {
  const firsts = parts.flatMap(({ first }) => first ?? []);
  const lasts = parts.flatMap(({ last }) => last ?? []);
  if (firsts.length === 0 || lasts.length === 0) return {};
  return { first: Math.min(...firsts), last: Math.max(...lasts) };
}

/** What the summaries of some chunks of a series add up to. */
export function totalOf(parts: readonly ChunkSummary[]): ChunkSummary {
  const sumOf = (name: 'count' | 'finalCount'): number => parts.reduce((sum, part) => sum + part[name], 0);
  return { count: sumOf('count'), finalCount: sumOf('finalCount'), ...edgesOf(parts) };
}

/** What one summary says otherwise than the right one; nothing if they are the same. */
export function differences(told: ChunkSummary, right: ChunkSummary, rightly: string): string {
  const names = ['count', 'finalCount', 'first', 'last'] as const;
  const wrong = names.filter((name) => told[name] !== right[name]);
  return wrong.map((name) => `${name} is ${told[name]}, ${rightly} ${right[name]}`).join('; ');
}
