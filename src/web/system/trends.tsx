import type { JSX } from 'preact';
import { bytesText, grouped } from '../format/number.ts';
import { timeText } from '../format/time.ts';
import { Table, type Column } from '../parts/table.tsx';
import { shownZone } from '../settings.ts';
import { Sparkline } from './sparkline.tsx';
import { MOST_READINGS } from './use-readings.ts';
import { vitalSignsOf, type Reading, type VitalSigns } from './vital-signs.ts';

interface Trend {
  readonly title: string;
  readonly of: (signs: VitalSigns) => number | undefined;
  readonly text: (value: number) => string;
}

const perSecond = (value: number): string => (value < 10 ? value.toFixed(1) : grouped(value));

const TRENDS: readonly Trend[] = [
  { title: 'Event-loop delay', of: ({ delayMs }) => delayMs, text: (value) => `${value.toFixed(1)} ms` },
  { title: 'Requests per second', of: ({ requestsPerSecond }) => requestsPerSecond, text: perSecond },
  { title: 'Bars written per second', of: ({ barsPerSecond }) => barsPerSecond, text: perSecond },
  { title: 'Memory', of: ({ memoryBytes }) => memoryBytes, text: bytesText },
];

const LISTED = 15;
const UNKNOWN = '–';

/** How the server did in the last two minutes: small charts, and the same as a table. */
export function Trends({ readings }: { readings: readonly Reading[] }): JSX.Element {
  const signs = vitalSignsOf(readings);
  const zone = shownZone();
  const textOf = ({ of, text }: Trend, one: VitalSigns | undefined): string => {
    const value = one && of(one);
    return value === undefined ? UNKNOWN : text(value);
  };
  const columns: readonly Column<VitalSigns>[] = [
    { title: 'Time', cell: ({ at }) => timeText(at, zone, 'second'), isName: true },
    ...TRENDS.map((trend) => ({
      title: trend.title,
      cell: (one: VitalSigns) => textOf(trend, one),
      isNumber: true,
    })),
  ];
  return (
    <section class="stack" aria-labelledby="trends">
      <h2 id="trends">The last two minutes</h2>
      <ul class="trends">
        {TRENDS.map((trend) => {
          const values = signs.map(trend.of);
          const known = values.filter((value) => value !== undefined);
          const most = known.length === 0 ? UNKNOWN : trend.text(Math.max(...known));
          const now = textOf(trend, signs.at(-1));
          return (
            <li key={trend.title}>
              <h3>{trend.title}</h3>
              <p class="trend-now">{now}</p>
              <Sparkline label={`${trend.title}: ${now} now, ${most} at most`} values={values} places={MOST_READINGS} />
              <p class="soft">at most {most}</p>
            </li>
          );
        })}
      </ul>
      <details>
        <summary>Last values as a table</summary>
        <Table
          caption="Last values"
          columns={columns}
          rows={signs.slice(-LISTED).toReversed()}
          keyOf={({ at }) => String(at)}
        />
      </details>
    </section>
  );
}
