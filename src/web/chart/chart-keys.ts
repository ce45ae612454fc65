import type { ChartControl } from './chart-control.ts';

const ZOOM = 1.5;

/**
 * What a key does on the chart: arrows move the crosshair by a bar, with Shift by ten; `+` and `-` zoom; Home and End go
 * to the first and the last bar; Page Up and Page Down by a screen.
 * @returns whether the key does something
 */
export function pressOnChart(control: ChartControl, key: string, isLarge: boolean, firstBar: number): boolean {
  const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };
  const step = steps[key];
  if (step !== undefined) pointBy(control, isLarge ? 10 * step : step);
  else if (key === '+' || key === '=') control.zoomBy(1 / ZOOM, control.pointed.value);
  else if (key === '-' || key === '_') control.zoomBy(ZOOM, control.pointed.value);
  else if (key === 'PageUp') control.panBy(-1);
  else if (key === 'PageDown') control.panBy(1);
  else if (key === 'Home') control.goTo({ at: firstBar });
  else if (key === 'End') control.goTo('newest');
  else if (key === 'Escape') control.pointAway();
  else return false;
  return true;
}

function pointBy(control: ChartControl, by: number): void {
  const { rows = [] } = control.shown.value ?? {};
  const [first, last] = control.rowsInSight() ?? [0, 0];
  const lastBar = rows.findLastIndex(({ bar }, index) => bar !== undefined && index <= last);
  const from = control.pointed.value ?? (by > 0 ? first - 1 : lastBar + 1);
  control.point(Math.max(0, Math.min(rows.length - 1, from + by)));
}
