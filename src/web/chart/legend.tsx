import type { JSX } from 'preact';
import { exactText, priceText } from '../format/number.ts';
import { reasonWords } from '../format/reason.ts';
import { timeText } from '../format/time.ts';
import type { Shown } from './shown.ts';
import { closeOf, isBelowDay, type Interval } from '../intervals.ts';
import type { Gap, ShownBar } from './rows.ts';

interface LegendProps {
  readonly shown: Shown;
  readonly index: number;
  readonly zone: string;
  readonly decimals: number;
  readonly provider: string;
  readonly compare: string | undefined;
}

/** The exact values of one bar, or why there is none. */
export function Legend({ shown, index, zone, decimals, provider, compare }: LegendProps): JSX.Element | null {
  const row = shown.rows[index];
  if (row === undefined) return null;
  const gap = gapAt(shown, index);
  const compared = shown.compared?.[index];
  return (
    <div class="legend">
      <span class="legend-time">
        {rowTimeText(row.openTime, shown.interval, zone)} <span class="soft">{shown.interval}</span>
      </span>
      {row.bar === undefined ? (
        <span class={`gap-text ${gap === undefined ? '' : reasonWords(gap.reason).tone}`}>{missingText(gap)}</span>
      ) : (
        <Values bar={row.bar} decimals={decimals} />
      )}
      {row.bar !== undefined && (
        <span class="soft">
          {stateText(row.bar)} · {provider}
        </span>
      )}
      {row.bar !== undefined && gap !== undefined && (
        <span class={`gap-text ${reasonWords(gap.reason).tone}`}>
          a part is missing: {reasonWords(gap.reason).text}
        </span>
      )}
      {compare !== undefined && (
        <span class="compared">
          {compare} {compared === undefined ? 'no bar' : <Values bar={compared} decimals={decimals} />}
        </span>
      )}
    </div>
  );
}

function Values({ bar, decimals }: { bar: ShownBar; decimals: number }): JSX.Element {
  const { open, high, low, close, volume } = bar;
  const tone = close >= open ? 'up' : 'down';
  return (
    <span class={`values ${tone}`}>
      {(
        [
          ['O', open],
          ['H', high],
          ['L', low],
          ['C', close],
        ] as const
      ).map(([name, value]) => (
        <span key={name}>
          <span class="soft">{name}</span> {priceText(value, decimals)}
        </span>
      ))}
      <span>
        <span class="soft">V</span> {volume === null ? 'unknown' : exactText(volume)}
      </span>
    </span>
  );
}

/** One bar in words, for those who hear it. */
export function spoken(shown: Shown, index: number, zone: string, decimals: number): string {
  const row = shown.rows[index];
  if (row === undefined) return '';
  const time = rowTimeText(row.openTime, shown.interval, zone);
  const { bar } = row;
  if (bar === undefined) return `${time}: ${missingText(gapAt(shown, index))}`;
  const [open, high, low, close] = [bar.open, bar.high, bar.low, bar.close].map((value) => priceText(value, decimals));
  const volume = bar.volume === null ? 'unknown' : exactText(bar.volume);
  return `${time}: open ${open}, high ${high}, low ${low}, close ${close}, volume ${volume}, ${stateText(bar)}`;
}

export function stateText({ state, isPartial }: ShownBar): string {
  return isPartial ? `${state}, partial` : state;
}

export function rowTimeText(openTime: number, interval: Interval, zone: string): string {
  if (!isBelowDay(interval)) return timeText(openTime, 'UTC', 'day');
  return timeText(openTime, zone, interval.endsWith('s') ? 'second' : 'minute');
}

/** The gap that a row is in, or that its bar has. */
function gapAt({ rows, gaps, interval }: Shown, index: number): Gap | undefined {
  const openTime = rows[index]?.openTime ?? 0;
  const end = closeOf(openTime, interval);
  return gaps.find(({ from, to }) => from < end && to > openTime);
}

const missingText = (gap: Gap | undefined): string =>
  gap === undefined ? 'No bar' : `No bar: ${reasonWords(gap.reason).text}`;
