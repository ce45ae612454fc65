import { useEffect, useMemo, useState } from 'preact/hooks';
import type { BarInterval } from '../../client/index.ts';
import { client } from '../client.ts';
import { returns } from '../server-state.ts';
import { BUSY_MS, isOfBusyServer } from '../use-answer.ts';
import { seenCache, type SeenCache } from './seen-cache.ts';
import { textOfTile, tileFrom, type Tile, type TileKey } from './tiles.ts';
import { rangeOf } from './view.ts';

const MOST_TILES = 4_000;
const MOST_OF_A_REQUEST = 50;

export interface CoverageTiles extends SeenCache<TileKey, Tile> {
  /** What the last request ran into. */
  readonly error: unknown;
  /** Grows as tiles came. */
  readonly edition: number;
}

/** The coverage of the series and days in sight, asked for a batch at a time. */
export function useCoverage(): CoverageTiles {
  const [{ edition, error }, setState] = useState<{ readonly edition: number; readonly error: unknown }>({
    edition: 0,
    error: undefined,
  });
  const cache = useMemo(
    () =>
      seenCache<TileKey, Tile>({
        textOf: textOfTile,
        batchOf: batchOfTiles,
        ask: askForTiles,
        onChange: (failure) => setState((before) => ({ edition: before.edition + 1, error: failure })),
        most: MOST_TILES,
      }),
    [],
  );
  useEffect(() => () => cache.close(), []);
  useEffect(() => cache.outdate(() => true), [returns.value]);
  useEffect(() => {
    if (!isOfBusyServer(error)) return;
    const timer = setTimeout(cache.retry, BUSY_MS);
    return () => clearTimeout(timer);
  }, [error]);
  return { ...cache, edition, error };
}

/** One request asks about series of one range. */
function batchOfTiles(keys: readonly TileKey[]): readonly TileKey[] {
  const [first] = keys;
  return keys
    .filter(({ days, row }) => days.first === first?.days.first && row.align === first.row.align)
    .slice(0, MOST_OF_A_REQUEST);
}

async function askForTiles(keys: readonly TileKey[], signal: AbortSignal): Promise<ReadonlyMap<string, Tile>> {
  const [first] = keys;
  if (first === undefined) return new Map();
  const { row, interval, days } = first;
  const { series } = await client.getManyCoverages(
    {
      interval: interval as BarInterval,
      align: row.align,
      ids: keys.map((key) => key.row.instrumentId).join(),
      ...rangeOf(days),
    },
    { signal },
  );
  const answers = new Map(series.map((one) => [one.instrumentId, one]));
  return new Map(
    keys.flatMap((key) => {
      const answer = answers.get(key.row.instrumentId);
      return answer === undefined ? [] : [[textOfTile(key), tileFrom(answer)] as const];
    }),
  );
}
