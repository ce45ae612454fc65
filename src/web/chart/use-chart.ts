import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { themeChoice } from '../settings.ts';
import { ChartControl, type ChartSource } from './chart-control.ts';
import type { FirstSight } from './view.ts';

interface ChartAsked {
  readonly source: ChartSource;
  /** What to have in sight at first; undefined keeps what is. */
  readonly first: FirstSight | undefined;
  /** Everything that the source depends on. */
  readonly about: readonly unknown[];
  readonly zone: string;
}

/** A chart in a place of the page, as long as that is there. */
export function useChart(
  place: RefObject<HTMLElement | null>,
  { source, first, about, zone }: ChartAsked,
): ChartControl | undefined {
  const [control, setControl] = useState<ChartControl>();
  useLayoutEffect(() => {
    if (place.current === null) return;
    const made = new ChartControl(place.current, zone);
    setControl(made);
    return () => made.end();
  }, []);
  useLayoutEffect(() => {
    control?.show(source, first);
  }, [control, ...about]);
  useEffect(() => control?.restyle(zone), [control, zone, themeChoice.value]);
  useEffect(() => {
    const theme = matchMedia('(prefers-color-scheme: dark)');
    const restyle = (): void => control?.restyle(zone);
    theme.addEventListener('change', restyle);
    return () => theme.removeEventListener('change', restyle);
  }, [control, zone]);
  return control;
}
