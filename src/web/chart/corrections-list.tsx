import type { JSX } from 'preact';
import { counted, exactText, priceText } from '../format/number.ts';
import { timeText } from '../format/time.ts';
import { lastChangeOf, type Correction } from './corrections.ts';
import type { Interval } from '../intervals.ts';
import { rowTimeText } from './legend.tsx';

interface CorrectionsProps {
  readonly corrected: readonly Correction[];
  readonly interval: Interval;
  readonly zone: string;
  readonly decimals: number;
  readonly onPoint: (openTime: number) => void;
}

const MOST_LISTED = 50;

/** Bars in sight whose values were changed: what they were, what they are, and since when. */
export function Corrections({ corrected, interval, zone, decimals, onPoint }: CorrectionsProps): JSX.Element | null {
  if (corrected.length === 0) return null;
  const valueText = (field: string, value: number | null): string => {
    if (value === null) return 'unknown';
    return field === 'volume' ? exactText(value) : priceText(value, decimals);
  };
  return (
    <section class="corrections" aria-label="Corrections">
      <h2>{counted(corrected.length, 'corrected bar')}</h2>
      <ul class="gaps">
        {corrected.slice(-MOST_LISTED).map((correction) => (
          <li key={correction.openTime} onMouseEnter={() => onPoint(correction.openTime)}>
            <button type="button" class="as-text" onFocus={() => onPoint(correction.openTime)}>
              {rowTimeText(correction.openTime, interval, zone)}
            </button>
            {lastChangeOf(correction).map(({ field, before, after }) => (
              <span key={field}>
                {field} <del>{valueText(field, before)}</del> → <ins>{valueText(field, after)}</ins>
              </span>
            ))}
            <span class="soft">
              known since {timeText(correction.revisions.at(-1)?.observedAt ?? 0, zone)},{' '}
              {counted(correction.revisions.length, 'revision')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
