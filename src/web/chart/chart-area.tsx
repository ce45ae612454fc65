import type { JSX, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import type { ChartControl } from './chart-control.ts';
import { pressOnChart } from './chart-keys.ts';
import type { Interval } from '../intervals.ts';
import { Legend, spoken } from './legend.tsx';
import type { Row } from './rows.ts';

interface ChartAreaProps {
  readonly control: ChartControl | undefined;
  readonly place: RefObject<HTMLDivElement | null>;
  readonly name: string;
  readonly interval: Interval;
  readonly zone: string;
  readonly decimals: number;
  readonly provider: string;
  readonly compare: string | undefined;
  readonly firstBar: number;
}

/** The chart itself, with the values of the bar that is pointed at. */
export function ChartArea(props: ChartAreaProps): JSX.Element {
  const { control, place, name, interval, zone, decimals, provider, compare, firstBar } = props;
  const [told, setTold] = useState('');
  const shown = control?.shown.value;
  const end = control?.sight.value?.to ?? Infinity;
  const isInSight = ({ bar, openTime }: Row): boolean => bar !== undefined && openTime < end;
  const index = control?.pointed.value ?? shown?.rows.findLastIndex(isInSight) ?? -1;

  function press(event: KeyboardEvent): void {
    if (control === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!pressOnChart(control, event.key, event.shiftKey, firstBar)) return;
    event.preventDefault();
    const { pointed, shown: now } = control;
    if (pointed.value !== undefined && now.value !== undefined)
      setTold(spoken(now.value, pointed.value, zone, decimals));
  }

  return (
    <div class="chart-area">
      {shown !== undefined && <Legend {...{ shown, index, zone, decimals, provider, compare }} />}
      <div
        ref={place}
        class="chart-canvas"
        role="application"
        aria-label={`Chart of ${name}, ${interval}. Arrow keys read bar by bar, plus and minus zoom, Home and End go to the first and the last bar.`}
        tabIndex={0}
        onKeyDown={press}
      />
      <p class="unseen" role="status">
        {told}
      </p>
    </div>
  );
}
