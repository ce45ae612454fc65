import { useMemo } from 'preact/hooks';
import { client } from '../client.ts';
import { zoneChoice } from '../settings.ts';
import { useAnswer } from '../use-answer.ts';

const MOST_INSTRUMENTS = 10_000;

/** The zone of an instrument's hours, where times are to be written in those. */
export function useTimeZones(): (instrumentId: string) => string | null {
  const isNeeded = zoneChoice.value === 'exchange';
  const { value } = useAnswer(
    isNeeded ? (signal) => client.getSymbols({ limit: MOST_INSTRUMENTS }, { signal }) : undefined,
    [isNeeded],
  );
  const zones = useMemo(
    () => new Map(value?.symbols.map(({ instrumentId, timeZone }) => [instrumentId, timeZone])),
    [value],
  );
  return (instrumentId) => zones.get(instrumentId) ?? null;
}
