import type { JSX } from 'preact';
import { linesOf } from './vital-signs.ts';

interface SparklineProps {
  /** What is drawn, for those who do not see it. */
  readonly label: string;
  readonly values: readonly (number | undefined)[];
  /** How many values there is room for; the newest is at the right end. */
  readonly places: number;
}

const WIDTH = 200;
const HEIGHT = 40;
const MARGIN = 2;

/** A small line chart from 0 up to the largest value. */
export function Sparkline({ label, values, places }: SparklineProps): JSX.Element {
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <line class="base" x1="0" x2={WIDTH} y1={HEIGHT - MARGIN} y2={HEIGHT - MARGIN} />
      {linesOf(values, places).map((points, index) => (
        <polyline
          key={index}
          points={points
            .map(({ x, y }) => `${(x * WIDTH).toFixed(1)},${(MARGIN + y * (HEIGHT - 2 * MARGIN)).toFixed(1)}`)
            .join(' ')}
        />
      ))}
    </svg>
  );
}
