import { useEffect, useState } from 'preact/hooks';
import { client } from '../client.ts';
import { readMetrics } from './metrics-text.ts';
import { readingOf, type Reading } from './vital-signs.ts';

const EACH_MS = 2_000;
/** Two minutes. */
export const MOST_READINGS = 60;

/** What the server tells of itself, each two seconds while the page is in sight; the newest last. */
export function useReadings(): readonly Reading[] {
  const [readings, setReadings] = useState<readonly Reading[]>([]);
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function read(): Promise<void> {
      try {
        if (!document.hidden) {
          const reading = readingOf(readMetrics(await client.getMetrics({}, { signal: leaving.signal })), Date.now());
          setReadings((before) => [...before, reading].slice(-MOST_READINGS));
        }
      } catch {
        // The frame of the page says that the server is lost; here it is a time without readings.
      }
      if (!leaving.signal.aborted) timer = setTimeout(() => void read(), EACH_MS);
    }
    void read();
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, []);
  return readings;
}
